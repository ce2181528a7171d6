/// The report of deliveries as files: one page of HTML with its charts, JSON, and CSV.
///
/// Start at [PageWriter]. What strangers chose, such as names and replies, is text in all of them.
@NullMarked
package org.sternpost.engine.control.page;

import org.jspecify.annotations.NullMarked;
