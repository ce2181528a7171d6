package org.sternpost.engine.dns;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.net.ConnectionWords;
import org.sternpost.engine.time.Time;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Type;

/// Tells a question that fails at the servers of its name from one that fails because of us.
///
/// After a failure it asks the same servers for the root's name servers, which any working resolver knows
/// (RFC 9609 §3). If none answers that either, we know nothing of the name, and the failure is ours. So is one for
/// want of an answer where each of them took half of its time to answer even that, or where this process was stalled
/// for half of the time of the question (docs/transport-security.md#own-stall-dns).
public final class OutageLookup implements Lookup {

    private static final System.Logger LOG = System.getLogger(OutageLookup.class.getName());
    private static final int OWN_PART = 2; // half of the time of a question is ours: then all of it may be
    private static final Duration DOWN_REMEMBERED = Duration.ofSeconds(5); // so that each question need not ask again

    private final Lookup lookup;
    private final List<Resolver> servers;
    private final Duration quick;
    private final Time time;
    private final AtomicLong checks = new AtomicLong();
    private Check latest = new Check(0, new Health.Well(), Instant.MIN);
    private volatile Optional<Instant> downSince = Optional.empty();

    /// How our servers answer what they know.
    private sealed interface Health {
        record Well() implements Health {}

        /// @param took the one that was quickest
        record Slow(Duration took) implements Health {}

        record Down() implements Health {}
    }

    /// @param number of checks begun, to tell whether one began after a question did
    /// @param at     by the steady clock
    private record Check(long number, Health health, Instant at) {
        boolean isDown() { return health instanceof Health.Down; }
    }

    /// @param servers those that `lookup` asks
    public OutageLookup(Lookup lookup, Servers servers, Time time) {
        this.lookup = lookup;
        this.servers = servers.addresses().stream()
                .map(one -> servers.only(one).client(false)).toList();
        this.quick = servers.timeout().dividedBy(OWN_PART);
        this.time = time;
    }

    @Override
    public Reading checked(Question question) { return owned(() -> lookup.checked(question)); }

    @Override
    public Reading unchecked(Question question) { return owned(() -> lookup.unchecked(question)); }

    /// Since when none of our servers answers; empty while one does.
    public Optional<Instant> downSince() { return downSince; }

    /// Asks once more where none of our servers answered, so that an outage ends also when nobody asks.
    public void look() { if (downSince.isPresent()) health(Long.MAX_VALUE); }

    /// Asks once more, whatever is known, whether one of our servers answers.
    public boolean answers() { return !(health(Long.MAX_VALUE) instanceof Health.Down); }

    private Reading owned(Supplier<Reading> asked) {
        long before = checks.get();
        Instant began = time.steady();
        Duration stalledBefore = time.stalled();
        Reading reading = asked.get();
        Duration stalled = time.stalled().minus(stalledBefore);
        Duration took = Duration.between(began, time.steady());
        if (!(reading.answer() instanceof Answer.Failed(var kind, var why))) {
            up();
            return reading;
        }
        return switch (kind) {
            case Indeterminate, ServFail, Timeout, Refused -> switch (health(before)) {
                case Health.Down() -> Messages.failed(Answer.Kind.NoServer, why);
                // What was answered was not too late.
                case Health _ when kind != Answer.Kind.Timeout -> reading;
                case Health.Slow(var known) -> ours(why, "our own DNS servers take " + ConnectionWords.span(known)
                        + " to answer what any of them knows");
                case Health.Well() -> stalled.isPositive() && stalled.multipliedBy(OWN_PART).compareTo(took) >= 0
                        ? ours(why, "this gateway was kept from running for " + ConnectionWords.span(stalled) + " of "
                                + ConnectionWords.span(took))
                        : reading;
            };
            // A disproved answer is an answer; what is ours is told already.
            case Bogus, NoServer, Local -> reading;
        };
    }

    private static Reading ours(String why, String because) {
        return Messages.failed(Answer.Kind.Local, why + "; " + because);
    }

    /// Asked by many at once when servers go down; one of them looks, for all whose question began before that look.
    private synchronized Health health(long before) {
        boolean remembered = latest.isDown()
                ? time.steady().isBefore(latest.at().plus(DOWN_REMEMBERED))
                : latest.number() > before;
        if (!remembered) {
            long number = checks.incrementAndGet();
            latest = new Check(number, looked(), time.steady());
        }
        if (latest.isDown()) down();
        else
            up();
        return latest.health();
    }

    private Health looked() {
        Health best = new Health.Down();
        for (Resolver server : servers) {
            Instant began = time.steady();
            if (!answers(server)) continue;
            Duration took = Duration.between(began, time.steady());
            if (took.compareTo(quick) < 0) return new Health.Well();
            if (!(best instanceof Health.Slow(var known)) || took.compareTo(known) < 0) best = new Health.Slow(took);
        }
        return best;
    }

    private static boolean answers(Resolver server) {
        try {
            return server.send(Message.newQuery(Record.newRecord(Name.root, Type.NS, DClass.IN)))
                    .getRcode() == Rcode.NOERROR;
        } catch (IOException none) {
            return false;
        }
    }

    private synchronized void down() {
        if (downSince.isPresent()) return;
        downSince = Optional.of(time.instant());
        LOG.log(System.Logger.Level.WARNING, "event=dns-down: none of our DNS servers answers; mail whose route must be"
                + " looked up waits, and nobody else is blamed. Look at dns.servers: Test-Resolver");
    }

    private void up() { if (downSince.isPresent()) back(); }

    private synchronized void back() {
        if (downSince.isEmpty()) return;
        LOG.log(System.Logger.Level.INFO, "event=dns-back after={0}s",
                Duration.between(downSince.get(), time.instant()).toSeconds());
        downSince = Optional.empty();
    }
}
