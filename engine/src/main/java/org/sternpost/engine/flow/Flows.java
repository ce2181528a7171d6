package org.sternpost.engine.flow;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;

/// The sums of each day (UTC): how much mail went over which connector to which domain, for whom, and by what TLS
/// (docs/flows.md).
public final class Flows implements AttemptListener {

    public static final List<String> SCHEMA = Stream.of(FlowCount.SCHEMA, TlsSeen.SCHEMA).flatMap(List::stream)
            .toList();

    private final Database database;
    private final Function<Domain, Optional<Instant>> signedUntil;
    private final InstantSource time;

    /// @param signedUntil when the signatures of a host's TLSA records end, by their base name; empty where unknown
    public Flows(Database database, Function<Domain, Optional<Instant>> signedUntil, InstantSource time) {
        this.database = database;
        this.signedUntil = signedUntil;
        this.time = time;
    }

    /// From one UTC day to another, both included.
    public record Days(LocalDate from, LocalDate to) {

        /// Those that lie in a span of time, as a whole.
        public static Days of(Instant from, Instant until) {
            return new Days(day(from), day(until.isAfter(from) ? until.minusNanos(1) : until));
        }
    }

    static LocalDate day(Instant at) { return LocalDate.ofInstant(at, ZoneOffset.UTC); }

    @Override
    public Database.Work<@Nullable Void> settled(ClaimedDelivery delivery, AttemptResult attempt) {
        Instant now = time.instant();
        var additions = new ArrayList<Database.Addition>();
        FlowCount.Sums sums = sums(delivery, attempt);
        if (!sums.isNothing())
            additions.add(new FlowCount(new FlowCount.Key(day(now).toString(), delivery.connector().id(),
                    delivery.domain().ascii()), sums, now.toEpochMilli()));
        if (sums.messages() > 0)
            additions.add(new FlowCount.OfSender(new FlowCount.SenderKey(day(now).toString(),
                    delivery.connector().id(), delivery.domain().ascii(), sender(delivery)), 1, sums.octets()));
        var shown = new LinkedHashMap<Object, TlsSeen>(); // a host that both passes called is one
        for (HostEvidence one : attempt.evidence())
            TlsSeen.of(one, now, signedUntil).ifPresent(seen -> shown.putIfAbsent(seen.key(), seen));
        additions.addAll(shown.values());
        return connection -> {
            for (Database.Addition one : additions)
                database.add(connection, one);
            return null;
        };
    }

    private static String sender(ClaimedDelivery delivery) {
        return delivery.message().sender() instanceof ReversePath.Mailbox(var address)
                ? address.domain().ascii()
                : FlowCount.NULL_SENDER;
    }

    /// What is published and proven is counted with the first attempt at a message, whatever became of it, and what its
    /// session was with the one that delivered it: so each message counts once.
    private static FlowCount.Sums sums(ClaimedDelivery delivery, AttemptResult attempt) {
        boolean delivered = attempt.outcomes().values().stream().anyMatch(Outcome.Delivered.class::isInstance);
        boolean first = delivery.recipients().stream().mapToInt(QueuedRecipient::attempts).max().orElse(0) == 0;
        var sums = FlowCount.Sums.NOTHING;
        if (delivered) sums = sums.with(session(delivery, attempt));
        return first ? sums.with(published(delivery, attempt)) : sums;
    }

    private static FlowCount.Sums session(ClaimedDelivery delivery, AttemptResult attempt) {
        var tls = attempt.evidence().stream().filter(one -> one.result().delivered())
                .flatMap(one -> one.session().tls().stream()).reduce((_, later) -> later);
        String protocol = tls.map(one -> one.protocol()).orElse("");
        return new FlowCount.Sums(1, delivery.message().size(), tls.isPresent() ? 1 : 0,
                protocol.equals("TLSv1.3") ? 1 : 0, protocol.equals("TLSv1.2") ? 1 : 0,
                tls.filter(one -> one.isPostQuantum()).isPresent() ? 1 : 0, FlowCount.Published.NOTHING);
    }

    private static FlowCount.Sums published(ClaimedDelivery delivery, AttemptResult attempt) {
        List<HostEvidence> looked = attempt.evidence().stream().filter(Flows::isLooked).toList();
        if (looked.isEmpty()) return FlowCount.Sums.NOTHING;
        List<Failure> failures = attempt.outcomes().values().stream().flatMap(one -> failure(one).stream()).toList();
        // What a sender asked for, or our own trouble hid, says nothing of the domain.
        boolean untold = failures.stream().anyMatch(why -> why.isLocal() || why.reason().ofSender());
        untold |= isNotice(delivery, failures.isEmpty());
        boolean refused = !untold && !failures.isEmpty();
        // A host that was called and says to come again is judged as one that takes the mail at once.
        boolean passed = !untold && !refused && passes(looked, HostEvidence.Modes::enabled);
        boolean proven = passed && passes(looked, HostEvidence.Modes::mandatory);
        boolean judged = refused || passed;
        return FlowCount.Sums.NOTHING.with(new FlowCount.Published(1, judged ? 1 : 0,
                looked.stream().anyMatch(one -> TlsSeen.hasDane(one.host().facts())) ? 1 : 0,
                looked.stream().anyMatch(one -> hasPolicy(one.host().facts())) ? 1 : 0, proven ? 1 : 0,
                refused ? 1 : 0));
    }

    /// As with readiness: a notice of ours goes whatever fails, and that one of somebody's passes says nothing.
    private static boolean isNotice(ClaimedDelivery delivery, boolean passed) {
        return delivery.message().tls() == RequireTlsTag.Notice
                || passed && delivery.message().sender() instanceof ReversePath.Null;
    }

    private static boolean passes(List<HostEvidence> looked, Function<HostEvidence.Modes, ModeVerdict> mode) {
        return looked.stream().anyMatch(one -> one.attempt().pass() == 1
                && mode.apply(one.modes()) instanceof ModeVerdict.Passes);
    }

    /// `Disabled` looks for nothing, and where the route could not be learned nothing was seen.
    private static boolean isLooked(HostEvidence one) {
        return one.attempt().mode() != TlsValidation.Disabled
                && one.host().facts().addressStatus() != HostFacts.DnsStatus.NotAsked;
    }

    private static boolean hasPolicy(HostFacts facts) {
        return facts.sts().filter(policy -> policy.mode() != Policy.Mode.None).isPresent();
    }

    private static Optional<Failure> failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered d -> d.wouldHaveFailed();
            case Outcome.Deferred d -> d.failure();
            case Outcome.Failed f -> f.failure();
        };
    }

    /// One connector's mail to one domain.
    ///
    /// @param senders the first [FlowCount#SENDERS_MAX] domains of a day, by messages
    /// @param others  messages of senders beyond these
    public record Flow(String connector, String domain, FlowCount.Sums sums, Instant last, List<Sender> senders,
            long others) {}

    /// @param domain of the envelope; `<>` for notices
    public record Sender(String domain, long messages) {}

    /// By messages, the most first.
    ///
    /// @param domain empty text for all
    public List<Flow> all(Days days, String domain) throws IOException {
        return database.<List<Flow>>search(connection -> FlowCount.read(connection, days, domain));
    }

    /// What TLS was, summed over everything that is not asked for.
    public List<TlsInventory.Row> inventory(TlsInventory asked) throws IOException {
        return database.<List<TlsInventory.Row>>search(asked::read);
    }

    /// Each host as it was seen in these days.
    public List<SeenHost> hosts(Days days) throws IOException {
        return database.<List<SeenHost>>search(connection -> SeenHost.read(connection, days));
    }

    /// Who knows what stands on our way to partners.
    @FunctionalInterface
    public interface Interceptions {
        /// By what hosts showed since then.
        List<Interception> since(Instant since) throws IOException;
    }

    /// What our own network does to the TLS of many.
    public List<Interception> interceptions(Instant since) throws IOException {
        return Interception.among(hosts(Days.of(since, time.instant())));
    }

    /// Forgets sums of days before one, in steps that hold up no mail.
    public static void forget(Database database, LocalDate before) throws IOException {
        FlowCount.forget(database, before);
    }

    /// The same of what hosts showed.
    public static void forgetHosts(Database database, LocalDate before) throws IOException {
        TlsSeen.forget(database, before);
    }
}
