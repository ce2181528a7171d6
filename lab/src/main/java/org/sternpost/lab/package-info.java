/// A practice internet on loopback: DNS, mail hosts, policy hosts and authorities, each right or wrong as the table
/// says.
///
/// For the tour, for tests, and for rehearsing a rollout offline. It shares no code with the engine, so that no
/// mistake is made twice.
/// Left out: IPv6, and networks that lose packets.
/// Start at [Lab], and at [LabDomains] for what there is.
@NullMarked
package org.sternpost.lab;

import org.jspecify.annotations.NullMarked;
