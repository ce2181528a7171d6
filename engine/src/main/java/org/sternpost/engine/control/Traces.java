package org.sternpost.engine.control;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.evidence.Shadows;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.queue.TraceFollow;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.queue.TraceSearch;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.Reason;

/// What became of messages, as an operator reads it.
public final class Traces implements Management.TracePort {

    private final Trace trace;
    private final Function<TraceQuery, TraceFollow> follows;
    private final EvidenceLog evidence;
    private final Shadows shadows;
    private final Connectors names;

    /// @param follows begins to follow
    public Traces(Trace trace, Function<TraceQuery, TraceFollow> follows, EvidenceLog evidence, Shadows shadows,
            Connectors names) {
        this.trace = trace;
        this.follows = follows;
        this.evidence = evidence;
        this.shadows = shadows;
        this.names = names;
    }

    @Override
    public Stream<MessageTraceView> search(TraceQuery q, UnaryOperator<String> again)
            throws ManagementException {
        var search = trace.search(known(q));
        return Stream.iterate(next(search, again), Optional::isPresent, _ -> next(search, again))
                .flatMap(Optional::stream).map(this::view);
    }

    @Override
    public Stream<MessageTraceView> follow(TraceQuery q) throws ManagementException {
        TraceQuery known = known(q);
        if (known.id() instanceof String id) rows(new QueueId(id));
        var follow = follows.apply(known);
        return StreamSupport.stream(new Followed(follow), false).onClose(follow::close);
    }

    /// With what the tables know for what an operator writes.
    private TraceQuery known(TraceQuery q) throws ManagementException {
        TraceQuery known = q.id() instanceof String id ? q.withId(id(id).text()) : q;
        return known.connector() instanceof String name ? known.withConnector(names.idOf(name)) : known;
    }

    /// Waits for what happens.
    private final class Followed extends Spliterators.AbstractSpliterator<MessageTraceView> {
        private final TraceFollow follow;

        Followed(TraceFollow follow) {
            super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
            this.follow = follow;
        }

        @Override
        public boolean tryAdvance(Consumer<? super MessageTraceView> to) {
            try {
                switch (follow.next()) {
                    case TraceFollow.Next.Row(var row) -> to.accept(view(row));
                    case TraceFollow.Next.Missed(int events, var since) -> to.accept(missed(events, since));
                    case TraceFollow.Next.End() -> {
                        return false;
                    }
                }
                return true;
            } catch (IOException broken) {
                throw Refusal.disk(broken).inStream();
            } catch (InterruptedException left) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static MessageTraceView missed(int events, Instant since) {
        return new MessageTraceView(since, "", "", "", "", "", "", "", "", "", "", "", 0, "", "", events
                + " events since " + since + " are left out here, for they came faster than they were read; "
                + "Get-MessageTrace without -Follow shows what became of the mail", "MISSED", since, 0, null, "");
    }

    private static Optional<TraceRow> next(TraceSearch search, UnaryOperator<String> again) {
        try {
            return search.next();
        } catch (IOException broken) {
            throw Refusal.search(broken, again.apply(search.place().toString())).inStream();
        }
    }

    @Override
    public List<MessageTraceDetailView> events(String identity, @Nullable Address recipient)
            throws ManagementException {
        QueueId id = id(identity);
        try {
            var rows = rows(id);
            Map<Integer, String> recipients = new LinkedHashMap<>();
            for (TraceRow row : rows)
                recipients.put(row.recipientIndex(), row.recipient());
            var views = new ArrayList<MessageTraceDetailView>();
            for (TraceEvent event : trace.events(id)) {
                String of = recipients.getOrDefault(event.recipient(), "");
                if (recipient != null && !of.equalsIgnoreCase(recipient.toString())) continue;
                if (event.status().lastCode().isPresent()) views.add(expired(id, event, of, rows.getFirst()));
                views.add(view(id, event, of));
            }
            // What a host or a shadow showed is of all recipients in its domain.
            for (HostEvidence proved : evidence.of(id))
                if (recipient == null || proved.attempt().recipientDomain().equals(recipient.domain()))
                    views.add(view(id, proved));
            for (Shadows.Shadow shadow : shadows.of(id))
                if (recipient == null || shadow.domain().equals(recipient.domain())) views.add(view(id, shadow));
            views.sort(Comparator.comparing(MessageTraceDetailView::date));
            return views;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private List<TraceRow> rows(QueueId id) throws ManagementException {
        try {
            var rows = trace.find(TraceSearch.of(id));
            if (rows.isEmpty())
                throw new ManagementException(Kind.NotFound, "there is no message " + id,
                        "Get-MessageTrace lists them with their MessageTraceId");
            return rows;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    static QueueId id(String identity) throws ManagementException {
        try {
            return new QueueId(identity.replaceAll("[<>]", ""));
        } catch (IllegalArgumentException bad) {
            throw new ManagementException(Kind.Invalid, String.valueOf(bad.getMessage()),
                    "Get-Message lists the ids of mail that waits, Get-MessageTrace those of all mail"
                            + " (MessageTraceId)");
        }
    }

    private MessageTraceView view(TraceRow row) {
        TraceEvent last = row.last();
        return new MessageTraceView(row.received(), row.sender(), row.recipient(), row.subject(), row.status(),
                last.status().code(), last.wouldHaveFailedToken(), last.session().level(),
                names.nameOf(last.connector()), last.session().host(), last.session().address(),
                row.client(), row.size(), row.internetMessageId(), row.id().text(), last.text(), last.kind().name(),
                last.at(), row.attempts(), row.nextAttempt().orElse(null), row.place().toString());
    }

    private MessageTraceDetailView view(QueueId id, TraceEvent event, String recipient) {
        var data = new LinkedHashMap<String, String>();
        put(data, "connector", names.nameOf(event.connector()));
        DeliveryStatus status = event.status();
        put(data, "code", status.code());
        put(data, "reply", status.reply() == 0 ? "" : String.valueOf(status.reply()));
        put(data, "reason", status.reason().map(Reason::token).orElse(""));
        put(data, "address", event.session().address());
        put(data, "tls", event.session().tls());
        put(data, "level", event.session().level());
        put(data, "wouldHaveFailed", event.wouldHaveFailedToken());
        String action = status.code().isEmpty() ? names.nameOf(event.connector()) : status.code();
        return new MessageTraceDetailView(event.at(), event.kind().name(), recipient, action, event.session().host(),
                event.text(), id.text(), data);
    }

    /// Why it failed then: its time was over, whatever the last attempt had said.
    private MessageTraceDetailView expired(QueueId id, TraceEvent event, String recipient, TraceRow row) {
        var data = new LinkedHashMap<String, String>();
        put(data, "lastCode", event.status().lastCode().orElse(""));
        return new MessageTraceDetailView(event.at(), "EXPIRE", recipient, event.status().code(), "",
                "its time was over, " + Duration.between(row.received(), event.at()).truncatedTo(ChronoUnit.SECONDS)
                        + " after it was received",
                id.text(), data);
    }

    private MessageTraceDetailView view(QueueId id, HostEvidence e) {
        var data = new LinkedHashMap<String, String>();
        put(data, "connector", names.nameOf(e.attempt().connector()) + " revision " + e.attempt().connectorRevision());
        put(data, "mode", e.attempt().mode().name());
        put(data, "pass", String.valueOf(e.attempt().pass()));
        put(data, "address", e.host().addressText());
        put(data, "mx", e.host().facts().mx().stream().map(Object::toString).collect(Collectors.joining(", ")));
        put(data, "mxStatus", e.host().facts().mxStatus().name());
        put(data, "addresses", e.host().facts().addresses().stream().map(InetAddress::getHostAddress)
                .collect(Collectors.joining(" ")));
        put(data, "addressStatus", e.host().facts().addressStatus().name());
        put(data, "tlsaBase", e.host().facts().tlsaBase().map(Domain::ascii).orElse(""));
        put(data, "tlsaStatus", e.host().facts().tlsaStatus().name());
        put(data, "tlsa", e.host().facts().tlsa().stream().map(Object::toString).collect(Collectors.joining("; ")));
        put(data, "dane", e.findings().dane().words());
        put(data, "mtaSts", e.findings().sts().words());
        put(data, "stsRecord", e.host().facts().stsRecord());
        e.host().facts().sts()
                .ifPresent(sts -> put(data, "policy", "id " + sts.id() + ", mode " + sts.mode().word() + ", age "
                        + sts.ageSeconds(e.attempt().at()) + " s, mx "
                        + sts.mx().stream().map(Object::toString).collect(Collectors.joining(" "))));
        e.session().tls().ifPresent(session -> session(data, session));
        put(data, "pkix", e.session().pkix());
        put(data, "achieved", e.session().achieved().name());
        put(data, "required", e.session().required().name());
        put(data, "opportunistic", verdict(e.modes().opportunistic()));
        put(data, "enabled", verdict(e.modes().enabled()));
        put(data, "mandatory", verdict(e.modes().mandatory()));
        e.host().facts().notes().forEach(note -> put(data, "note " + note.reason().token(), note.sentence()));
        return new MessageTraceDetailView(e.attempt().at(), "EVIDENCE", e.attempt().recipientDomain().ascii(),
                e.attempt().pass() == 1 ? "judged" : "relaxed", e.host().name().ascii(),
                e.modes().enabled().refusal()
                        .map(f -> "Enabled refuses: " + FailureMessages.line(f.reason().waitingCode(), f))
                        .orElse(e.result().text()),
                id.text(), data);
    }

    /// Later than the delivery it speaks of: what strictness would have made of it.
    private static MessageTraceDetailView view(QueueId id, Shadows.Shadow shadow) {
        var data = new LinkedHashMap<String, String>();
        put(data, "firstPass", shadow.firstPass().name());
        put(data, "fate", shadow.fate().name());
        String words = switch (shadow.fate()) {
            case Open -> "Enabled would still be waiting; the route is judged again without mail";
            case Delayed -> "Enabled would have delivered it at " + shadow.until();
            case Returned -> "Enabled would have returned it at " + shadow.until();
        };
        return new MessageTraceDetailView(shadow.since(), "SHADOW", shadow.domain().ascii(), shadow.fate().name(), "",
                words, id.text(), data);
    }

    private static void session(Map<String, String> data, SessionFacts session) {
        put(data, "tls", session.protocol() + " " + session.cipher());
        put(data, "group", session.group());
        put(data, "sni", session.sni());
        if (session.resumed()) put(data, "resumed", "yes: the certificates are those of the session's first handshake");
        if (session.chain().isEmpty()) return;
        var leaf = session.chain().getFirst();
        put(data, "certificate", leaf.subject() + " by " + leaf.issuer());
        put(data, "names", String.join(" ", leaf.names()));
        put(data, "dates", leaf.notBefore() + " to " + leaf.notAfter());
        put(data, "sha256", leaf.sha256());
        put(data, "spkiSha256", leaf.spkiSha256());
        put(data, "chain", session.chain().stream().skip(1).map(one -> one.subject() + " sha256 " + one.sha256())
                .collect(Collectors.joining("; ")));
    }

    private static String verdict(ModeVerdict verdict) {
        return switch (verdict) {
            case ModeVerdict.Passes() -> "delivers";
            case ModeVerdict.Refuses(var why) -> why.reason().token();
            case ModeVerdict.NotJudged(var why) -> "not judged: " + why;
        };
    }

    private static void put(Map<String, String> data, String name, String value) {
        if (!value.isEmpty()) data.put(name, value);
    }
}
