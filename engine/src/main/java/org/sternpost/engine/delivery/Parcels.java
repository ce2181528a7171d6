package org.sternpost.engine.delivery;

import java.util.List;
import java.util.OptionalLong;
import org.sternpost.engine.mail.RequireTlsTag;
import org.sternpost.engine.queue.QueuedRecipient;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;
import org.sternpost.engine.smtp.client.Parcel;

/// Cuts a consignment into transactions that every host must take.
final class Parcels {

    private static final int RECIPIENTS_MAX = 100; // RFC 5321 §4.5.3.1.8

    private Parcels() {}

    /// Those of the next transaction.
    static List<QueuedRecipient> group(List<QueuedRecipient> left) {
        return List.copyOf(left.subList(0, Math.min(left.size(), RECIPIENTS_MAX)));
    }

    static Parcel of(Consignment mail, List<QueuedRecipient> group) {
        var message = mail.message();
        var asked = new MailParameters(OptionalLong.empty(), message.eightBit(), message.smtpUtf8(),
                message.envelopeId(), message.ret(), message.tls() == RequireTlsTag.Required);
        return new Parcel(message.sender().toString(), group.stream().map(Parcels::to).toList(), asked,
                mail.body().size(), mail.body()::open);
    }

    private static Parcel.To to(QueuedRecipient recipient) {
        return new Parcel.To(recipient.address().toString(),
                new RecipientParameters(recipient.notifyOn(), recipient.original()));
    }
}
