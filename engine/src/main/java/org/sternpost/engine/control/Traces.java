package org.sternpost.engine.control;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.queue.TraceSearch;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.Reason;

/// What became of messages, as an operator reads it.
public final class Traces implements Management.TracePort {

    private final Trace trace;
    private final EvidenceLog evidence;
    private final Shadows shadows;
    private final Connectors names;

    public Traces(Trace trace, EvidenceLog evidence, Shadows shadows, Connectors names) {
        this.trace = trace;
        this.evidence = evidence;
        this.shadows = shadows;
        this.names = names;
    }

    @Override
    public Stream<MessageTraceView> search(TraceQuery q) {
        String connector = q.connector();
        var search = trace.search(connector == null ? q : q.withConnector(names.idOf(connector)));
        return Stream.iterate(next(search), Optional::isPresent, _ -> next(search)).flatMap(Optional::stream)
                .map(this::view);
    }

    private static Optional<TraceRow> next(TraceSearch search) {
        try {
            return search.next();
        } catch (IOException broken) {
            throw Refusal.disk(broken).inStream();
        }
    }

    @Override
    public List<MessageTraceDetailView> events(String identity, @Nullable Address recipient)
            throws ManagementException {
        QueueId id = id(identity);
        try {
            var rows = trace.find(TraceSearch.of(id));
            if (rows.isEmpty())
                throw new ManagementException(Kind.NotFound, "there is no message " + id,
                        "Get-MessageTrace lists them with their MessageTraceId");
            Map<Integer, String> recipients = new LinkedHashMap<>();
            for (TraceRow row : rows)
                recipients.put(row.recipientIndex(), row.recipient());
            var views = new ArrayList<MessageTraceDetailView>();
            for (TraceEvent event : trace.events(id)) {
                String of = recipients.getOrDefault(event.recipient(), "");
                if (recipient == null || of.equalsIgnoreCase(recipient.toString())) views.add(view(id, event, of));
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
                row.client(), row.size(), row.internetMessageId(), row.id().text(), last.text());
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
