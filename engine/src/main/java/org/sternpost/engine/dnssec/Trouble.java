package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.time.InstantSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Lookup;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Status;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;

/// What both ways of validation share: asking without a check, and sockets that fail.
final class Trouble {

    private Trouble() {}

    static Lookup.Reading of(IOException broken) {
        String why = broken.getMessage() == null ? broken.toString() : broken.getMessage();
        return Messages.failed(Answer.Kind.Timeout, "no answer from the DNS servers: " + why);
    }

    static Lookup.Reading unchecked(Resolver servers, Question question, InstantSource time) {
        try {
            Message query = Messages.query(question);
            query.getHeader().setFlag(Flags.CD); // RFC 4035 §3.2.2
            return Messages.read(question, servers.send(query), Status.Insecure, time.instant());
        } catch (IOException broken) {
            return of(broken);
        }
    }
}
