package org.sternpost.cmdlets.mail;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceCursor;
import org.sternpost.engine.mail.TraceQuery.Hosts;
import org.sternpost.engine.mail.TraceQuery.SubjectMatch;
import org.sternpost.engine.mail.TraceQuery;

/// Searches the trace, newest first; what is not given does not restrict.
@Name(verb = Verb.Get, noun = "MessageTrace", aliases = "Get-MessageTraceV2", summary = "Shows what became of "
        + "messages, by recipient.")
@Example(shows = "Find the failed mail to one domain", run = "Get-MessageTrace -RecipientAddress @tax.gov.example "
        + "-Status Failed | Select-Object RecipientAddress, Status", prints = """
        RecipientAddress …Status
        ---------------- …
        anna@tax.gov.example …Failed
        """)
@Example(shows = "Follow a message through all its events", run = "Get-MessageTrace -MessageTraceId 01J9ZK3M5T00000C "
        + "| Get-MessageTraceDetail", prints = """
        Date                 Event     RecipientAddress  Action  Host            Detail …
        -------------------  …
        …RECEIVE   anna@example.org …accepted from Send-MailMessage by …
        …SEND      anna@example.org  2.0.0   mx.example.org  250 2.0.0 Kept …
        …EVIDENCE  example.org       judged  mx.example.org  250 2.0.0 Kept …
        """)
@Example(shows = "See what failed or waits, of two domains", run = "Get-MessageTrace -Status Failed,Pending "
        + "-RecipientAddress @tax.gov.example,'a*@busy.example' | Sort-Object RecipientAddress "
        + "| Select-Object RecipientAddress, Status -First 2", prints = """
        RecipientAddress …Status
        ---------------- …
        anna@busy.example …Pending
        anna@tax.gov.example …
        """)
@Example(shows = "Follow a message to its end", run = "Get-MessageTrace -MessageTraceId 01J9ZK3M5T00000C -Follow "
        + "| Select-Object RecipientAddress, LastEvent, Status", prints = """
        RecipientAddress …LastEvent …Status
        ---------------- …
        anna@example.org …SEND …Delivered
        """)
public record GetMessageTrace(
        @Param("Received at this time or later.") @Nullable Instant startDate,
        @Param("Received before this time.") @Nullable Instant endDate,
        @Param("Senders: addresses in which * stands for anything, @domain for all of a domain, '<>' for "
                + "notices.") @Nullable List<String> senderAddress,
        @Param("Recipients: addresses in which * stands for anything, @domain for all of a "
                + "domain.") @Nullable List<String> recipientAddress,
        @Param("Message-ID fields, with their angle brackets or without.") @Nullable List<String> messageId,
        @Param(value = "The engine's own id of the "
                + "message.", pipeline = true, names = "messages") @Nullable String messageTraceId,
        @Param("Only recipients with one of these results. GettingStatus is mail not tried yet, Suspended mail set "
                + "aside; both are Pending.") @Nullable List<TraceStatus> status,
        @Param(value = "Only mail of this connector.", names = "connectors") @Nullable String connector,
        @Param("Text of the subject; looks through all mail of the period.") @Nullable String subject,
        @Param("Where in the subject the text is; anywhere when not given.") @Nullable SubjectMatch subjectFilterType,
        @Param("Only mail that was handed in from this address.") @Nullable String fromIP,
        @Param("Only mail that a host at this address took.") @Nullable String toIP,
        @Param("Goes on behind this place, which a cut names; each row has it as Cursor.") @Nullable String cursor,
        @Param("Shows what happens as it happens, all of it, until Ctrl-C; of mail named by -MessageTraceId or "
                + "-MessageId first what happened, and until its end.") boolean follow,
        @Param(value = "Most rows shown, newest first; or "
                + "Unlimited.", defaultValue = "1000", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<MessageTraceView>,
            Cmdlet.Limited {

    public GetMessageTrace {
        senderAddress = patterns(senderAddress, "-SenderAddress");
        recipientAddress = patterns(recipientAddress, "-RecipientAddress");
        if (status != null) status.forEach(GetMessageTrace::check);
        if (subject == null && subjectFilterType != null)
            throw new IllegalArgumentException("-SubjectFilterType says where -Subject is; there is none");
        fromIP = address(fromIP, "-FromIP");
        toIP = address(toIP, "-ToIP");
        if (cursor != null) cursor = TraceCursor.of(cursor).toString();
        if (follow && (endDate != null || cursor != null))
            throw new IllegalArgumentException("-Follow goes on from now; -EndDate and -Cursor ask for what was");
        if (follow) resultSize = UNLIMITED;
        Cmdlet.Limited.checkStreamed(resultSize);
    }

    @Override
    public Stream<MessageTraceView> run(Management engine) throws ManagementException {
        return follow ? engine.traces().follow(query()) : engine.traces().search(query(), this::again);
    }

    /// What it asks of the engine.
    TraceQuery query() {
        return new TraceQuery(startDate, endDate, orNone(senderAddress), orNone(recipientAddress), orNone(messageId),
                messageTraceId, orNone(status).stream().map(one -> TraceQuery.Status.valueOf(one.name())).toList(),
                connector, subject == null
                        ? null
                        : new TraceQuery.Subject(subject,
                                Objects.requireNonNullElse(subjectFilterType, SubjectMatch.Contains)),
                new Hosts(fromIP, toIP), cursor == null ? null : TraceCursor.of(cursor), wanted());
    }

    @Override
    public Optional<String> next(Record last) {
        return last instanceof MessageTraceView row ? Optional.of(again(row.cursor())) : Optional.empty();
    }

    /// The same command from another place on.
    private String again(String place) {
        var words = new ArrayList<>(List.of("Get-MessageTrace"));
        add(words, "StartDate", startDate);
        add(words, "EndDate", endDate);
        add(words, "SenderAddress", senderAddress);
        add(words, "RecipientAddress", recipientAddress);
        add(words, "MessageId", messageId);
        add(words, "MessageTraceId", messageTraceId);
        add(words, "Status", status);
        add(words, "Connector", connector);
        add(words, "Subject", subject);
        add(words, "SubjectFilterType", subjectFilterType);
        add(words, "FromIP", fromIP);
        add(words, "ToIP", toIP);
        add(words, "Cursor", place);
        add(words, "ResultSize", resultSize == UNLIMITED ? "Unlimited" : resultSize);
        return String.join(" ", words);
    }

    private static void add(List<String> words, String parameter, @Nullable Object value) {
        if (value == null) return;
        words.add("-" + parameter);
        words.add(value instanceof List<?> many
                ? many.stream().map(GetMessageTrace::word).collect(Collectors.joining(","))
                : word(value));
    }

    private static String word(Object value) {
        String text = value.toString();
        return text.matches("[A-Za-z0-9][A-Za-z0-9:.-]*") ? text : "'" + text.replace("'", "''") + "'";
    }

    private static <T> List<T> orNone(@Nullable List<T> given) { return given == null ? List.of() : given; }

    private static @Nullable List<String> patterns(@Nullable List<String> given, String parameter) {
        return given == null ? null : given.stream().map(one -> pattern(one, parameter)).toList();
    }

    /// Exchange's `*@domain` and our `@domain` are the same.
    private static String pattern(String text, String parameter) {
        if (text.equals("<>")) return text;
        String pattern = text.startsWith("*@") ? text.substring(1) : text;
        if (!pattern.contains("@") && !pattern.contains("*"))
            throw new IllegalArgumentException(parameter + " takes an address, @domain, or either with * for anything, "
                    + "not '" + text + "'");
        int at = pattern.lastIndexOf('@') + 1;
        String domain = pattern.substring(at);
        if (at == 0 || domain.contains("*")) return pattern.substring(0, at) + domain.toLowerCase(Locale.ROOT);
        try {
            return pattern.substring(0, at) + Domain.of(domain);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(parameter + ": " + bad.getMessage(), bad);
        }
    }

    /// As the trace writes it.
    private static @Nullable String address(@Nullable String text, String parameter) {
        if (text == null) return null;
        try {
            return InetAddress.ofLiteral(text).getHostAddress();
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(parameter + " takes an IPv4 or IPv6 address, not '" + text + "'", bad);
        }
    }

    private static void check(TraceStatus status) {
        String why = switch (status) {
            case Pending, Delivered, Failed, Removed, GettingStatus, Suspended -> "";
            case Expanded -> "no group is expanded here";
            case FilteredAsSpam, Quarantined -> "nothing is filtered here";
            case None -> "each recipient has a result from the moment its message is accepted";
        };
        if (!why.isEmpty())
            throw new IllegalArgumentException("-Status " + status + ": no mail has it, for " + why);
    }

    /// What became of a message for a recipient. The last four are Exchange's, and refused with the reason.
    public enum TraceStatus {
        Pending, Delivered, Failed, Removed, GettingStatus, Suspended, Expanded, FilteredAsSpam, Quarantined, None
    }
}
