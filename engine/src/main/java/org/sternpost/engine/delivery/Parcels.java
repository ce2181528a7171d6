package org.sternpost.engine.delivery;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.queue.QueuedRecipient;
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
        return new Parcel(message.sender().toString(), group.stream().map(Parcels::to).toList(), message.smtpUtf8(),
                message.envelopeId(), message.returnWish(),
                message.tls() == TlsWish.Required, mail.body().size(), mail.body()::open);
    }

    private static Parcel.To to(QueuedRecipient recipient) {
        String wanted = recipient.notifyOn().stream().sorted().map(on -> on.name().toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        return new Parcel.To(recipient.address().toString(), wanted, recipient.original());
    }
}
