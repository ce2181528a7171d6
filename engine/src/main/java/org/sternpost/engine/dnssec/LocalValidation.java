package org.sternpost.engine.dnssec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Properties;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Lookup;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dns.Status;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// Proves every answer itself from trust anchors down (RFC 4035 §5), so that no resolver need be trusted.
public final class LocalValidation implements Lookup {

    private static final int KEYS_MAX = 20_000;
    private static final int SIGNATURES_PER_ANSWER_MAX = 8; // KeyTrap, CVE-2023-50387
    private static final int DS_FAILURES_MAX = 4; // KeyTrap
    private static final int NSEC3_ITERATIONS_MAX = 100; // RFC 9276 §3.2
    private static final String NOT_OURS = "cannot be validated"; // dnsjava: the reply had an error of its own

    private final ValidatingResolver proving;
    private final Resolver plain;
    private final InstantSource time;

    public LocalValidation(Servers servers, TrustAnchors anchors, InstantSource time) {
        this.time = time;
        this.plain = servers.client(false);
        this.proving = new ValidatingResolver(servers.client(true), time.withZone(ZoneOffset.UTC));
        try {
            proving.init(limits());
            proving.loadTrustAnchors(new ByteArrayInputStream(anchors.lines().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException bad) {
            throw new IllegalArgumentException("the trust anchors are not usable: " + bad.getMessage(), bad);
        }
    }

    @Override
    public Reading checked(Question question) {
        try {
            Message reply = proving.send(Messages.query(question));
            // RFC 4035 §5.5: what validation disproves is given as SERVFAIL.
            if (reply.getRcode() == Rcode.SERVFAIL && disproved(reply))
                return Messages.failed(Answer.Kind.Bogus, "DNSSEC validation failed" + Messages.extendedErrors(reply));
            Status status = reply.getHeader().getFlag(Flags.AD) ? Status.Secure : Status.Insecure;
            return Messages.read(question, reply, status, time.instant());
        } catch (IOException broken) {
            return Trouble.of(broken);
        }
    }

    @Override
    public Reading unchecked(Question question) { return Trouble.unchecked(plain, question, time); }

    private static boolean disproved(Message reply) {
        return Messages.errors(reply).stream()
                .anyMatch(error -> error.getText() != null && !error.getText().contains(NOT_OURS));
    }

    private static Properties limits() {
        var limits = new Properties();
        limits.setProperty("dnsjava.dnssec.keycache.max_size", Integer.toString(KEYS_MAX));
        limits.setProperty("dnsjava.dnssec.max_validate_rrsigs", Integer.toString(SIGNATURES_PER_ANSWER_MAX));
        limits.setProperty("dnsjava.dnssec.max_ds_match_failures", Integer.toString(DS_FAILURES_MAX));
        for (int bits : new int[]{1024, 2048, 4096})
            limits.setProperty("dnsjava.dnssec.nsec3.iterations." + bits, Integer.toString(NSEC3_ITERATIONS_MAX));
        return limits;
    }
}
