package org.sternpost.engine.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which rows of the message trace are wanted, the newest first; null and empty lists ask for no restriction. Of
/// several values of one kind one must fit.
///
/// @param since      received at this time or later
/// @param until      received before this time
/// @param senders    addresses in which `*` stands for anything, `@domain`, or `<>`; so are `recipients`
/// @param messageIds of the `Message-ID` field, its angle brackets or not
/// @param id         of the message, [QueueId] in text
/// @param connector  its name where an operator asks, its id where the store is asked
/// @param hosts      from which and to which it came
/// @param after      only what is behind this place
/// @param limit      most rows wanted
public record TraceQuery(@Nullable Instant since, @Nullable Instant until, List<String> senders,
        List<String> recipients, List<String> messageIds, @Nullable String id, List<Status> statuses,
        @Nullable String connector, @Nullable Subject subject, Hosts hosts, @Nullable TraceCursor after, int limit) {

    /// What became of a message for a recipient. `GettingStatus` and `Suspended` are parts of `Pending`: not tried yet,
    /// and set aside.
    public enum Status { Pending, Delivered, Failed, Removed, GettingStatus, Suspended }

    /// Text in a subject, whatever the case of its letters.
    public record Subject(String text, SubjectMatch where) {}

    /// Where in the subject the text is.
    public enum SubjectMatch { Contains, StartsWith, EndsWith }

    /// Addresses as numbers; null for all.
    ///
    /// @param to of the host that took the mail
    public record Hosts(@Nullable String from, @Nullable String to) {
        public static final Hosts ALL = new Hosts(null, null);
    }

    public TraceQuery {
        senders = List.copyOf(senders);
        recipients = List.copyOf(recipients);
        messageIds = List.copyOf(messageIds);
        statuses = List.copyOf(statuses);
    }

    /// All rows.
    public static TraceQuery newest(int limit) {
        return new TraceQuery(null, null, List.of(), List.of(), List.of(), null, List.of(), null, null, Hosts.ALL,
                null, limit);
    }

    /// True if messages are named, by one identity or the other.
    public boolean names() { return id != null || !messageIds.isEmpty(); }

    /// True if a `Message-ID` field is among those named, each with its angle brackets or without them.
    public boolean hasMessageId(String field) {
        return messageIds.stream().anyMatch(one -> namesMessageId(one, field));
    }

    /// True if the text means the field: brackets of it may be left out.
    public static boolean namesMessageId(String text, String field) {
        return field.equals(text) || field.equals("<" + text + ">");
    }

    /// Where the search begins.
    public Optional<TraceCursor> from() { return Optional.ofNullable(after); }

    public TraceQuery withSince(Instant wanted) {
        return new TraceQuery(wanted, until, senders, recipients, messageIds, id, statuses, connector, subject, hosts,
                after, limit);
    }

    public TraceQuery withUntil(Instant wanted) {
        return new TraceQuery(since, wanted, senders, recipients, messageIds, id, statuses, connector, subject, hosts,
                after, limit);
    }

    public TraceQuery withSender(String... wanted) {
        return new TraceQuery(since, until, List.of(wanted), recipients, messageIds, id, statuses, connector, subject,
                hosts, after, limit);
    }

    public TraceQuery withRecipient(String... wanted) {
        return new TraceQuery(since, until, senders, List.of(wanted), messageIds, id, statuses, connector, subject,
                hosts, after, limit);
    }

    public TraceQuery withMessageId(String... wanted) {
        return new TraceQuery(since, until, senders, recipients, List.of(wanted), id, statuses, connector, subject,
                hosts, after, limit);
    }

    public TraceQuery withId(String wanted) {
        return new TraceQuery(since, until, senders, recipients, messageIds, wanted, statuses, connector, subject,
                hosts, after, limit);
    }

    public TraceQuery withStatus(Status... wanted) {
        return new TraceQuery(since, until, senders, recipients, messageIds, id, List.of(wanted), connector, subject,
                hosts, after, limit);
    }

    public TraceQuery withConnector(String wanted) {
        return new TraceQuery(since, until, senders, recipients, messageIds, id, statuses, wanted, subject, hosts,
                after, limit);
    }

    public TraceQuery withSubject(String wanted) { return withSubject(wanted, SubjectMatch.Contains); }

    public TraceQuery withSubject(String wanted, SubjectMatch where) {
        return new TraceQuery(since, until, senders, recipients, messageIds, id, statuses, connector,
                new Subject(wanted, where), hosts, after, limit);
    }

    public TraceQuery withHosts(Hosts wanted) {
        return new TraceQuery(since, until, senders, recipients, messageIds, id, statuses, connector, subject, wanted,
                after, limit);
    }

    public TraceQuery withAfter(TraceCursor wanted) {
        return new TraceQuery(since, until, senders, recipients, messageIds, id, statuses, connector, subject, hosts,
                wanted, limit);
    }
}
