/// Answers every name of the practice internet, signed, unsigned, or broken on request.
///
/// One server plays root, TLD, every zone below and the recursive resolver in front of them: it answers from the
/// deepest zone, chases aliases across zones and hands out signatures when asked (RFC 4035 §3.1), and proves what does
/// not exist by NSEC (RFC 4034 §4) or NSEC3 (RFC 5155). It validates nothing: that is the engine's work.
/// Left out: zone transfer, referrals.
/// Start at [Responder]. Knows zones and faults; knows no mail.
@NullMarked
package org.sternpost.lab.dns;

import org.jspecify.annotations.NullMarked;
