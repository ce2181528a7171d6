/// One attempt at one destination: which hosts are tried, what each must prove, and what each failure means.
///
/// [DeliveryPlan] is the core, and pure: from the judged route, the terms of the mail and the facts so far it says the
/// next [DeliveryPlan.Step]. A delivery, as the plan has it (RFC 5321 §5.1, docs/transport-security.md#modes):
///
/// 1. **Route.** One that is impossible returns the mail; one that could not be learned makes it wait.
/// 2. **Strict pass**, in every mode but `Disabled`, over the hosts in MX order. A host that its verdict refuses is
///    left out. Else each of its addresses is called, six at most: `Connect` names what the session must prove. What
///    does not prove it refuses the host; a handshake that fails where nothing asks for TLS is tried again in clear
///    text for mail that has waited (RFC 7435 §3). The first host that proves what is asked gets the mail: `Send`.
/// 3. **Relaxed pass**, in `Opportunistic` alone, and only over hosts that validation refused: the floor of the
///    connector is all that is asked. In `Disabled` it is the only pass.
/// 4. **Finish.** No host took it: the outcome is that of the host that tells most ([FailurePolicy]).
///
/// What a sender requires goes before the mode (RFC 8689): [RequireTlsRules].
///
/// The plan is driven by mail ([DeliveryAttempt]) and without mail ([ModeOutcome]): [Probe] calls hosts for somebody
/// who waits, [ShadowJudge] on the retry intervals, a forecast calls nobody. So readiness and reality cannot differ.
///
/// [Dialer] makes the calls. What a host showed is a [ConnectResult]; of a TLS session it holds what that proves, asked
/// once for each requirement. [SessionPool] keeps sessions for mail of any destination under the same policy
/// ([PolicyKey]); [DestinationSessions] is what one destination has of them. [Transfer] sends one message
/// over a session, [EvidenceRecorder] writes down what was seen and what stricter modes would have said of it.
///
/// Start at [DeliveryPlan]; from the queue, at [DeliveryAgent]. Knows hosts, sessions and proof; knows no schedule.
@NullMarked
package org.sternpost.engine.delivery;

import org.jspecify.annotations.NullMarked;
