package org.sternpost.engine.dns;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.time.Time;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Type;

/// Tells a question that fails at the servers of its name from one that fails because our own servers are down.
///
/// After a failure it asks the same servers for the root's name servers, which any working resolver knows
/// (RFC 9609 §3). If none answers that either, we know nothing of the name, and the failure is ours.
public final class OutageLookup implements Lookup {

    private static final System.Logger LOG = System.getLogger(OutageLookup.class.getName());
    private static final Duration DOWN_REMEMBERED = Duration.ofSeconds(5); // so that each question need not ask again

    private final Lookup lookup;
    private final List<Resolver> servers;
    private final Time time;
    private final AtomicLong checks = new AtomicLong();
    private Check latest = new Check(0, true, Instant.MIN);
    private volatile Optional<Instant> downSince = Optional.empty();

    /// @param number of checks begun, to tell whether one began after a question did
    /// @param at     by the steady clock
    private record Check(long number, boolean answered, Instant at) {}

    /// @param servers those that `lookup` asks
    public OutageLookup(Lookup lookup, Servers servers, Time time) {
        this.lookup = lookup;
        this.servers = servers.addresses().stream()
                .map(one -> new Servers(List.of(one), servers.timeout()).client(false)).toList();
        this.time = time;
    }

    @Override
    public Reading checked(Question question) {
        long before = checks.get();
        return owned(lookup.checked(question), before);
    }

    @Override
    public Reading unchecked(Question question) {
        long before = checks.get();
        return owned(lookup.unchecked(question), before);
    }

    /// Since when none of our servers answers; empty while one does.
    public Optional<Instant> downSince() { return downSince; }

    private Reading owned(Reading reading, long before) {
        if (!(reading.answer() instanceof Answer.Failed(var kind, var why))) {
            up();
            return reading;
        }
        return switch (kind) {
            case Indeterminate, ServFail, Timeout, Refused -> isDown(before)
                    ? Messages.failed(Answer.Kind.NoServer, why)
                    : reading;
            // A disproved answer is an answer; what is ours is told already.
            case Bogus, NoServer, Local -> reading;
        };
    }

    /// Asked by many at once when servers go down; one of them looks, for all whose question began before that look.
    private synchronized boolean isDown(long before) {
        boolean remembered = latest.answered()
                ? latest.number() > before
                : time.steady().isBefore(latest.at().plus(DOWN_REMEMBERED));
        if (!remembered) {
            long number = checks.incrementAndGet();
            boolean answered = servers.stream().anyMatch(OutageLookup::answers);
            latest = new Check(number, answered, time.steady());
        }
        if (latest.answered()) up();
        else
            down();
        return !latest.answered();
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
