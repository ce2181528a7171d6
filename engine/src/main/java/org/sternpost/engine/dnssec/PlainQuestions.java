package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;

/// Questions to one server, whose replies are looked at and not believed.
record PlainQuestions(InetSocketAddress server, Duration timeout) {

    private static final int UDP_OCTETS = 1232; // DNS flag day 2020

    /// @param message empty if there was none
    /// @param words   its code, or why there was none
    record Reply(Optional<Message> message, String words) {}

    /// @param flag AD or CD of the header, 0 for none; without AD the signatures are asked for (DO)
    Reply ask(String name, int type, boolean tcp, int flag) {
        var client = new SimpleResolver(server);
        client.setTimeout(timeout);
        client.setTCP(tcp);
        client.setEDNS(0, UDP_OCTETS, flag == Flags.AD ? 0 : ExtendedFlags.DO, List.of());
        try {
            var query = Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
            if (flag != 0) query.getHeader().setFlag(flag);
            Message reply = client.send(query);
            return new Reply(Optional.of(reply), Rcode.string(reply.getRcode()));
        } catch (IOException broken) {
            String why = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
            return new Reply(Optional.empty(), why.replaceAll("\\p{Cc}", " "));
        }
    }

    /// The first signature over records of a type in the answer.
    static Optional<RRSIGRecord> signature(Message reply, int type) {
        return reply.getSection(Section.ANSWER).stream().filter(RRSIGRecord.class::isInstance)
                .map(RRSIGRecord.class::cast).filter(signature -> signature.getTypeCovered() == type).findFirst();
    }
}
