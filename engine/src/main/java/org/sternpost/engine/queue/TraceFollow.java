package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.TraceFeed.Happened;
import org.sternpost.engine.queue.TraceFeed.Told;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.store.Store;

/// Follows the trace: one row for each thing that happens to a recipient, as it happens, and as the recipient is after
/// it.
///
/// Where messages are named, each of their recipients is told first as it is, and the end of the last of them is the
/// end. Otherwise it begins with what happens from now on and has no end.
public final class TraceFollow implements AutoCloseable {

    /// What follows next.
    public sealed interface Next {

        record Row(TraceRow row) implements Next {}

        /// Events were left out, since they came faster than they were taken.
        record Missed(int events, Instant since) implements Next {}

        /// All messages named are final.
        record End() implements Next {}
    }

    private record Place(QueueId message, int position) {}

    private final Store store;
    private final TraceQuery wanted;
    private final TraceFilter filter;
    private final TraceFeed.Follower follower;
    private final Deque<TraceRow> ready = new ArrayDeque<>();
    private @Nullable TraceSearch tables; // read before anything that is told
    private final Map<Place, TraceEvent> last = new HashMap<>(); // of the messages named
    private final Map<Place, TraceEvent> read = new HashMap<>(); // of those, what the tables had
    private final Set<Place> open = new HashSet<>();
    private final Set<String> unseen;

    TraceFollow(Store store, TraceFeed feed, TraceQuery wanted) {
        this.store = store;
        this.wanted = wanted;
        this.filter = new TraceFilter(wanted);
        this.unseen = new HashSet<>(wanted.messageIds());
        this.follower = feed.follow(); // before the first look at the tables: nothing may happen between
        if (wanted.names()) look();
    }

    /// What happens next; waits for it.
    public Next next() throws IOException, InterruptedException {
        while (ready.isEmpty()) {
            if (tables != null) {
                kept(tables);
            } else if (wanted.names() && open.isEmpty() && unseen.isEmpty()) {
                return new Next.End();
            } else {
                switch (follower.take()) {
                    case Told.Missed(int events, Instant since) -> {
                        if (wanted.names()) look();
                        return new Next.Missed(events, since);
                    }
                    case Told.Accepted(var row) -> accepted(row);
                    case Told.Changed changed -> changed(changed);
                }
            }
        }
        return new Next.Row(ready.remove());
    }

    @Override
    public void close() { follower.close(); }

    private void look() {
        TraceQuery named = TraceQuery.newest(Integer.MAX_VALUE).withMessageId(wanted.messageIds()
                .toArray(String[]::new));
        String id = wanted.id();
        tables = new TraceSearch(store, id == null ? named : named.withId(id));
    }

    private void kept(TraceSearch search) throws IOException {
        Optional<TraceRow> row = search.next();
        if (row.isEmpty()) {
            tables = null;
            return;
        }
        Place place = place(row.get());
        read.put(place, row.get().last());
        TraceEvent before = last.put(place, row.get().last());
        if (before == null || !isSame(before, row.get().last())) put(row.get());
    }

    private void accepted(MessageRow row) {
        QueuedMessage message = row.message();
        for (QueuedRecipient one : row.recipients()) {
            var made = new TraceRow(message.id(), one.index(), message.received(), message.sender().toString(),
                    one.address().toString(), message.subject(), one.state(), one.attempts(), one.due(),
                    message.size(), message.internetMessageId(), message.client(), TraceEvent.plain(one.index(),
                            message.received(), TraceEvent.Kind.RECEIVE, one.connector(), "", ""));
            if (isNamed(made) && (!wanted.names() || last.putIfAbsent(place(made), made.last()) == null)) put(made);
        }
    }

    private void changed(Told.Changed changed) throws IOException {
        String id = wanted.id();
        if (id != null && !changed.message().text().equals(id)) return;
        for (TraceRow row : rows(changed)) {
            Place place = place(row);
            if (!isNamed(row) || isKnown(last.get(place), row) || isBefore(row, read.get(place))) continue;
            read.remove(place);
            if (wanted.names()) last.put(place, row.last());
            put(row);
        }
    }

    /// The tables had it when they were read.
    private static boolean isKnown(@Nullable TraceEvent read, TraceRow row) {
        if (read == null || row.last().kind() == TraceEvent.Kind.DSN) return false;
        return isSame(read, row.last())
                || read.kind() != TraceEvent.Kind.RECEIVE && row.last().kind() == TraceEvent.Kind.RECEIVE;
    }

    /// The tables had something later already.
    private static boolean isBefore(TraceRow row, @Nullable TraceEvent read) {
        return read != null && row.last().at().isBefore(read.at());
    }

    private static boolean isSame(TraceEvent one, TraceEvent other) {
        return one.kind() == other.kind() && one.at().equals(other.at());
    }

    private boolean isNamed(TraceRow row) {
        return (wanted.id() == null || row.id().text().equals(wanted.id()))
                && (wanted.messageIds().isEmpty() || wanted.hasMessageId(row.internetMessageId()));
    }

    private void put(TraceRow row) {
        if (wanted.names()) {
            unseen.removeIf(one -> TraceQuery.namesMessageId(one, row.internetMessageId()));
            if (row.state().isFinal()) open.remove(place(row));
            else
                open.add(place(row));
        }
        if (filter.test(row)) ready.add(row);
    }

    private static Place place(TraceRow row) { return new Place(row.id(), row.recipientIndex()); }

    /// The recipients that something happened to, each as it is after it.
    private List<TraceRow> rows(Told.Changed changed) throws IOException {
        return store.searchWritten(connection -> {
            var rows = new ArrayList<TraceRow>();
            for (Happened one : changed.all())
                row(connection, changed.message(), one).ifPresent(rows::add);
            return rows;
        });
    }

    private static Optional<TraceRow> row(Connection connection, QueueId message, Happened one) throws SQLException {
        return TraceSearch.one(connection, message, one.event().recipient()).map(row -> {
            // Which way a notice goes is no matter of who is looked for by the way of his mail.
            TraceEvent event = one.event().kind() == TraceEvent.Kind.DSN
                    ? one.event().over(row.last().connector())
                    : one.event();
            return one.now().map(now -> row.after(event, now.state(), now.attempts(), now.due()))
                    .orElseGet(() -> row.after(event, row.state(), row.attempts(), row.due()));
        });
    }
}
