/// The administrator's settings: routes and their modes, and which connector serves a recipient.
///
/// Start at [OutboundConnector]. Knows the store that keeps them; knows no DNS and no session.
@NullMarked
package org.sternpost.engine.connector;

import org.jspecify.annotations.NullMarked;
