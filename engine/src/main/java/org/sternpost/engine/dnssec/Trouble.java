package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
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

    static Lookup.Reading of(Throwable broken) { return of(words(broken)); }

    static Lookup.Reading of(String why) {
        return Messages.failed(Answer.Kind.Timeout, "no answer from the DNS servers: " + why);
    }

    /// What this machine did not get done, whatever the servers would have said.
    static Lookup.Reading ofOurs(String why) { return Messages.failed(Answer.Kind.Local, why); }

    /// What happened, without the wrappings of other threads.
    static String words(Throwable broken) {
        Throwable cause = broken;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null)
            cause = cause.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
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
