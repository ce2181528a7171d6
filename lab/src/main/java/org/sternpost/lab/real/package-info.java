/// Starts real servers on loopback, of the Debian packages that `lab/real/install.sh` unpacks.
///
/// Start at [RealSoftware]; what runs is a [ServerProcess]. Knows how each server finds its place and ends with us;
/// what it is to do there says whoever starts it.
@NullMarked
package org.sternpost.lab.real;

import org.jspecify.annotations.NullMarked;
