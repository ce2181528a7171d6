/// What all connections to strangers share, whatever protocol they speak.
///
/// Start at [ConnectionWords]. Knows sockets; knows no mail and no policy.
@NullMarked
package org.sternpost.engine.net;

import org.jspecify.annotations.NullMarked;
