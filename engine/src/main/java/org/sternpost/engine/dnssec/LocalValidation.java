package org.sternpost.engine.dnssec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Lookup;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dns.Status;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// Proves every answer itself from trust anchors down (RFC 4035 §5), so that no resolver need be trusted.
public final class LocalValidation implements Lookup {

    private static final int KEYS_MAX = 20_000;
    private static final int SIGNATURES_PER_ANSWER_MAX = 8; // KeyTrap, CVE-2023-50387
    private static final int DS_FAILURES_MAX = 4; // KeyTrap
    private static final int NSEC3_ITERATIONS_MAX = 100; // RFC 9276 §3.2
    private static final String NOT_OURS = "cannot be validated"; // dnsjava: the reply had an error of its own

    private final Sieve sieve;
    private final ValidatingResolver proving;
    private final Resolver plain;
    private final InstantSource time;
    private final Duration timeout;

    public LocalValidation(Servers servers, TrustAnchors anchors, InstantSource time) {
        this.time = time;
        this.timeout = servers.proofTimeout();
        this.plain = servers.client(false);
        try {
            this.sieve = new Sieve(servers.client(true), anchors.names(), time);
            this.proving = new ValidatingResolver(sieve, time.withZone(ZoneOffset.UTC));
            proving.setEDNS(0, Servers.UDP_OCTETS, ExtendedFlags.DO, List.of()); // its constructor set its own size
            proving.init(limits());
            proving.loadTrustAnchors(new ByteArrayInputStream(anchors.lines().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException bad) {
            throw new IllegalArgumentException("the trust anchors are not usable: " + bad.getMessage(), bad);
        }
    }

    @Override
    public Reading checked(Question question) {
        var work = new Work();
        try {
            Message reply = proving.sendAsync(Messages.query(question), work).toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return judged(question, reply, work);
        } catch (ExecutionException broken) {
            return Trouble.of(work.trouble().orElseGet(() -> Trouble.words(broken)));
        } catch (TimeoutException late) {
            return Trouble.ofOurs("no proof within " + timeout.toSeconds() + " s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Trouble.ofOurs("interrupted");
        } finally {
            work.end();
        }
    }

    private Reading judged(Question question, Message reply, Work work) {
        if (reply.getHeader().getFlag(Flags.AD))
            return sieve.signedByRevoked(reply)
                    ? Messages.failed(Answer.Kind.Bogus, "DNSSEC validation failed: the key that signed it is revoked")
                    : Messages.read(question, reply, Status.Secure, time.instant());
        // RFC 7672 §2.1.1: what could not be looked at is indeterminate, which is an error and not insecure.
        if (work.trouble().isPresent()) return Trouble.of(work.trouble().get());
        // RFC 4035 §5.5: what validation disproves is given as SERVFAIL.
        if (reply.getRcode() == Rcode.SERVFAIL && disproved(reply))
            return Messages.failed(Answer.Kind.Bogus,
                    "DNSSEC validation failed" + work.remarks() + Messages.extendedErrors(reply));
        // dnsjava gives a reason with all that it found insecure, and none where its own validation broke off.
        if (reply.getRcode() != Rcode.SERVFAIL && !reasoned(reply))
            return Messages.failed(Answer.Kind.ServFail,
                    "the answer is proven neither secure nor insecure" + Messages.extendedErrors(reply));
        return Messages.read(question, reply, Status.Insecure, time.instant());
    }

    private static boolean reasoned(Message reply) {
        return reply.getSection(Section.ADDITIONAL).stream()
                .anyMatch(record -> record.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS);
    }

    @Override
    public Reading unchecked(Question question) { return Trouble.unchecked(plain, question, time); }

    private static boolean disproved(Message reply) {
        return Messages.errors(reply).stream()
                .anyMatch(error -> error.getText() != null && !error.getText().contains(NOT_OURS));
    }

    private static Properties limits() {
        var limits = new Properties();
        // RFC 4509 §3: of several digests of a key the strongest counts.
        limits.setProperty("dnsjava.dnssec.harden_algo_downgrade", "true");
        limits.setProperty("dnsjava.dnssec.keycache.max_size", Integer.toString(KEYS_MAX));
        limits.setProperty("dnsjava.dnssec.max_validate_rrsigs", Integer.toString(SIGNATURES_PER_ANSWER_MAX));
        limits.setProperty("dnsjava.dnssec.max_ds_match_failures", Integer.toString(DS_FAILURES_MAX));
        for (int bits : new int[]{1024, 2048, 4096})
            limits.setProperty("dnsjava.dnssec.nsec3.iterations." + bits, Integer.toString(NSEC3_ITERATIONS_MAX));
        return limits;
    }
}
