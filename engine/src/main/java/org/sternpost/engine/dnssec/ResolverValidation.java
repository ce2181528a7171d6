package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.time.InstantSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Servers;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;

/// Believes the AD bit of a validating resolver on this machine (RFC 4035 §4.9.3).
public final class ResolverValidation implements Lookup {

    private static final int EDE_DNSSEC_FIRST = 6; // RFC 8914 §4.7 to §4.13: bogus ... NSEC missing
    private static final int EDE_DNSSEC_LAST = 12;

    private final Resolver servers;
    private final InstantSource time;

    /// @throws IllegalArgumentException if a server is not on this machine
    public ResolverValidation(Servers servers, InstantSource time) {
        // RFC 4035 §4.9.3: over a network anyone could set the bit.
        if (!servers.areLoopback())
            throw new IllegalArgumentException("dns.validation: resolver believes its servers, yet "
                    + servers.addresses() + " are not all on this machine; name a validating resolver at 127.0.0.1 or"
                    + " ::1, or set dns.validation: local");
        this.servers = servers.client(false);
        this.time = time;
    }

    @Override
    public Reading checked(Question question) {
        try {
            Message query = Messages.query(question);
            query.getHeader().setFlag(Flags.AD); // RFC 6840 §5.7: we understand the bit
            Message reply = servers.send(query);
            if (reply.getRcode() == Rcode.SERVFAIL && disproved(reply))
                return Messages.failed(Answer.Kind.Bogus, "DNSSEC validation failed" + Messages.extendedErrors(reply));
            // RFC 8914 §4.6: it could not get the records that would prove or disprove the answer.
            if (reply.getRcode() == Rcode.SERVFAIL && says(reply, ExtendedErrorCodeOption.DNSSEC_INDETERMINATE))
                return Messages.failed(Answer.Kind.Indeterminate,
                        "DNSSEC validation failed" + Messages.extendedErrors(reply));
            Status status = reply.getHeader().getFlag(Flags.AD) ? Status.Secure : Status.Insecure;
            return Messages.read(question, reply, status, time.instant());
        } catch (IOException broken) {
            return Trouble.failed(Trouble.of(broken));
        }
    }

    @Override
    public Reading unchecked(Question question) { return Trouble.unchecked(servers, question, time); }

    private static boolean says(Message reply, int error) {
        return Messages.errors(reply).stream().anyMatch(one -> one.getErrorCode() == error);
    }

    private static boolean disproved(Message reply) {
        return Messages.errors(reply).stream()
                .anyMatch(e -> e.getErrorCode() >= EDE_DNSSEC_FIRST && e.getErrorCode() <= EDE_DNSSEC_LAST);
    }
}
