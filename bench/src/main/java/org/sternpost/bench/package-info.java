/// Measures Sternpost beside Postfix: the same mail, the same mail hosts, the same names, one after the other.
///
/// One run of one server: [World] plays names and mail hosts on loopback ([Zones], [Sink]), a [Gateway] is the
/// server that is measured ([Sternpost] or [Postfix]), the [Injector] submits, [Tally] knows each message from both
/// ends, [ProcessTree] reads what the server spent. [Comparison] does that for each [Row] and prints the [Table].
/// All of it but the servers and unbound lives in one process, which is warm before the first measurement ([WarmUp])
/// and is not counted.
///
/// Start at [Bench]. It knows the servers from outside only: it uses none of the engine's classes.
@NullMarked
package org.sternpost.bench;

import org.jspecify.annotations.NullMarked;
