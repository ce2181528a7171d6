package org.sternpost.engine.dnssec;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;

/// Proves every answer itself from trust anchors down (RFC 4035 §5), so that no resolver need be trusted.
public final class LocalValidation implements Lookup {

    private final Zones zones;
    private final VerifiedSignatures verified = new VerifiedSignatures();
    private final Resolver servers;
    private final Resolver plain;
    private final Duration timeout;
    private final InstantSource time;

    public LocalValidation(Servers servers, ZoneTrustAnchors anchors, InstantSource time) {
        this.zones = new Zones(anchors);
        this.servers = servers.client(true);
        this.plain = servers.client(false);
        this.timeout = servers.proofTimeout();
        this.time = time;
    }

    @Override
    public Reading checked(Question question) {
        try {
            return DnssecProof.of(question, zones, new Work(servers, timeout, verified, time));
        } catch (NoVerdictException gaveUp) {
            return Trouble.failed(gaveUp);
        }
    }

    @Override
    public Reading unchecked(Question question) { return Trouble.unchecked(plain, question, time); }

    /// Signatures that were computed since the start, for tests.
    long signaturesComputed() { return verified.computed(); }

    /// What the proof of one question may cost: whatever a zone asks for, no more than this is done for it.
    ///
    /// No lawful zone comes near the bounds. A chain through ten zones takes about forty queries and as many
    /// signatures; keys that share a tag, and signatures that are wrong, may multiply that by six.
    static final class Work {

        static final int QUERIES_MAX = 100;
        static final int SIGNATURES_MAX = 256; // KeyTrap, CVE-2023-50387
        static final int HASHES_MAX = 1_000; // of names and of keys; CVE-2023-50868

        private final Resolver servers;
        private final Duration timeout;
        private final VerifiedSignatures verified;
        private final InstantSource time;
        private final Instant end;
        private int queries;
        private int signatures;
        private int hashes;
        private boolean remembered;

        /// @param timeout for all queries together
        Work(Resolver servers, Duration timeout, VerifiedSignatures verified, InstantSource time) {
            this.servers = servers;
            this.timeout = timeout;
            this.verified = verified;
            this.time = time;
            this.end = time.instant().plus(timeout);
        }

        Instant now() { return time.instant(); }

        /// Asks the servers, whose own checks are switched off: the records are looked at here.
        DnsReply ask(Name name, int type) throws NoVerdictException {
            if (++queries > QUERIES_MAX) throw tooMuch(QUERIES_MAX + " queries");
            Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
            query.getHeader().setFlag(Flags.CD); // RFC 6840 §5.9
            Duration left = left();
            if (!left.isPositive()) throw late();
            try {
                return new DnsReply(servers.sendAsync(query).toCompletableFuture()
                        .get(left.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException broken) {
                throw Trouble.of(broken);
            } catch (TimeoutException late) {
                throw late();
            } catch (InterruptedException stopped) {
                throw stopped();
            }
        }

        /// What is left of the time for all queries.
        Duration left() { return Duration.between(time.instant(), end); }

        /// Whether the key has made the signature over the set; counts, for it may have to be computed.
        boolean verifies(RRset set, RRSIGRecord signature, DNSKEYRecord key) throws NoVerdictException {
            if (++signatures > SIGNATURES_MAX) throw tooMuch(SIGNATURES_MAX + " signatures to be verified");
            return verified.verifies(set, signature, key);
        }

        /// Counts a hash that is about to be made.
        void hash() throws NoVerdictException { if (++hashes > HASHES_MAX) throw tooMuch(HASHES_MAX + " hashes"); }

        /// Notes that something was used which an earlier question had found out.
        void remember() { remembered = true; }

        /// True if the proof may come out otherwise when everything is asked for anew; forgets that again.
        boolean mayBeOutdated() {
            boolean was = remembered;
            remembered = false;
            return was;
        }

        // RFC 4035 §5.5: that its proof has no end is the zone's doing, so it is bogus and not our failure.
        private static NoVerdictException tooMuch(String what) {
            return new NoVerdictException(Answer.Kind.Bogus,
                    "DNSSEC validation failed: its proof takes more than " + what);
        }

        /// Whoever waits for this was told to stop.
        NoVerdictException stopped() {
            Thread.currentThread().interrupt();
            return new NoVerdictException(Answer.Kind.Local, "interrupted");
        }

        NoVerdictException late() {
            return new NoVerdictException(Answer.Kind.Local, "no proof within " + timeout.toSeconds() + " s");
        }
    }
}
