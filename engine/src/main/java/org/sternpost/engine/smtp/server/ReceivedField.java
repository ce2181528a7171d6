package org.sternpost.engine.smtp.server;

import java.net.InetAddress;
import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.sternpost.engine.mail.QueueId;

/// The line that says we had the message (RFC 5321 §4.4).
final class ReceivedField {

    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH).withZone(ZoneOffset.UTC); // RFC 5322 §3.3

    private ReceivedField() {}

    /// @param helo     as the client said it, checked to be a domain or an address literal
    /// @param protocol `SMTP`, `ESMTP`, `ESMTPS` and the like (RFC 3848, RFC 6531 §4.3)
    static byte[] of(String helo, InetAddress client, String ourName, String protocol, QueueId id, Instant now) {
        String address = client.getHostAddress();
        int zone = address.indexOf('%');
        if (zone > 0) address = address.substring(0, zone);
        String literal = (client instanceof Inet6Address ? "[IPv6:" : "[") + address + "]";
        return ("Received: from " + helo + " (" + literal + ")\r\n\tby " + ourName + " with " + protocol + " id " + id
                + ";\r\n\t" + DATE.format(now) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
