/// The one door by which a message enters the queue, whoever brings it.
///
/// Sessions of SMTP, Send-MailMessage, TLS reports and our own notifications all come to [Acceptance]. For each message
/// it does the same, in this order:
///
/// 1. It refuses what the queue has no room for.
/// 2. It tags the message with what its sender asks of TLS, in the envelope or in the header (RFC 8689 §4.1).
/// 3. It asks each [Acceptance.Rule], recipient by recipient, before any route is chosen. A rule sees header, sender,
///    client and recipient; it may choose a connector or refuse the message.
/// 4. It chooses the connector of every other recipient by address ([org.sternpost.engine.connector.ConnectorRouting]).
/// 5. It hands message, recipients and routes to the queue, which returns when the disk has them. The route is stored
///    with the recipient. What a rule chose stays chosen, at every later attempt and after a restart; what was found by
///    address is found anew when connectors change.
///
/// Nobody else inserts into the queue; a test holds that. Notifications enter in the transaction that settles what they
/// tell of, so they are admitted here and written with it.
///
/// Start at [Acceptance]. Knows envelopes, headers, connectors and the queue; knows no socket and no policy.
@NullMarked
package org.sternpost.engine.intake;

import org.jspecify.annotations.NullMarked;
