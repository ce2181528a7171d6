package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.WireParseException;

/// What both ways of validation share: asking without a check, and answers that do not come or cannot be read.
final class Trouble {

    private Trouble() {}

    static Lookup.Reading failed(NoVerdictException why) { return Messages.failed(why.kind(), why.why()); }

    /// Why there is no answer that can be used, without the wrappings of other threads.
    static NoVerdictException of(Throwable broken) {
        Throwable last = broken;
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof WireParseException unreadable)
                return new NoVerdictException(Answer.Kind.ServFail, "the answer cannot be read: " + words(unreadable));
        }
        return new NoVerdictException(Answer.Kind.Timeout, "no answer from the DNS servers: " + words(last));
    }

    private static String words(Throwable cause) {
        String said = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        // The library says it in two ways, one with a number of its own.
        return said.toLowerCase(Locale.ROOT).contains("timed out") ? "none came in time" : said;
    }

    static Lookup.Reading unchecked(Resolver servers, Question question, InstantSource time) {
        try {
            Message query = Messages.query(question);
            query.getHeader().setFlag(Flags.CD); // RFC 4035 §3.2.2
            return Messages.read(question, servers.send(query), Status.Insecure, time.instant());
        } catch (IOException broken) {
            return failed(of(broken));
        }
    }

    /// A question that is left without a verdict.
    static final class NoVerdictException extends Exception {
        private static final long serialVersionUID = 1;

        private final Answer.Kind kind;

        /// @param why a sentence for the operator
        NoVerdictException(Answer.Kind kind, String why) {
            super(why);
            this.kind = kind;
        }

        Answer.Kind kind() { return kind; }

        String why() { return String.valueOf(getMessage()); }
    }
}
