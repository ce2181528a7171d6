package org.sternpost.engine.smtp.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;

/// The line that says we had the message (RFC 5321 §4.4).
final class ReceivedField {

    private ReceivedField() {}

    /// @param helo     as the client said it, checked to be a domain or an address literal
    /// @param protocol `SMTP`, `ESMTP`, `ESMTPS` and the like (RFC 3848, RFC 6531 §4.3)
    static byte[] of(String helo, InetAddress client, String ourName, String protocol, QueueId id, Instant now) {
        String address = client.getHostAddress();
        int zone = address.indexOf('%');
        if (zone > 0) address = address.substring(0, zone);
        String literal = (client instanceof Inet6Address ? "[IPv6:" : "[") + address + "]";
        return ("Received: from " + helo + " (" + literal + ")\r\n\tby " + ourName + " with " + protocol + " id " + id
                + ";\r\n\t" + Header.date(now) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
