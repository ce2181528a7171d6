package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.Piece;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

/// The recipients that wait in one destination, earliest first: by when they are due, then by message, then by index.
///
/// A million of them must fit beside everything else, so each is four numbers in one array, which is a binary heap:
/// when it is due, the two halves of its queue id (with its index), and the marks of its submitter.
final class WaitingMail {

    private static final int WORDS = 4; // of one recipient
    private static final int DUE = 0; // milliseconds since 1970
    private static final int FRONT = 1; // of the queue id
    private static final int BACK = 2; // of the queue id, and the recipient's index
    private static final int SUBMITTER = 3;
    private static final int INDEX_BITS = 32;
    private static final int FEW = 4 * WORDS;

    private long[] heap = new long[FEW];
    private int end; // in words

    int size() { return end / WORDS; }

    boolean isEmpty() { return end == 0; }

    void add(Instant due, QueueId message, int recipient, Submitter submitter) {
        if (end == heap.length) heap = Arrays.copyOf(heap, 2 * heap.length);
        heap[end + DUE] = due.toEpochMilli();
        heap[end + FRONT] = message.front();
        heap[end + BACK] = (long) message.back() << INDEX_BITS | recipient;
        heap[end + SUBMITTER] = submitter.packed();
        end += WORDS;
        up(end - WORDS);
    }

    /// When the first is due. Only where there is one.
    Instant firstDue() { return Instant.ofEpochMilli(heap[DUE]); }

    /// Of the first. Only where there is one.
    QueueId firstMessage() { return message(0); }

    /// Of the first. Only where there is one.
    Submitter firstSubmitter() { return Submitter.unpacked(heap[SUBMITTER]); }

    /// Takes the recipients of the first message that are due. Only where there is one that is.
    Piece take(Instant now, int recipientsMax) {
        long due = now.toEpochMilli();
        long front = heap[FRONT];
        long back = heap[BACK] >>> INDEX_BITS;
        var recipients = new ArrayList<Integer>(1);
        var message = message(0);
        while (end > 0 && recipients.size() < recipientsMax && heap[DUE] <= due && heap[FRONT] == front
                && heap[BACK] >>> INDEX_BITS == back) {
            int recipient = (int) heap[BACK];
            // Nobody is taken twice, whoever was made due twice.
            if (recipients.isEmpty() || recipients.getLast() != recipient) recipients.add(recipient);
            removeFirst();
        }
        return new Piece(message, recipients);
    }

    void remove(QueueId message) {
        long front = message.front();
        int back = message.back();
        int kept = 0;
        for (int at = 0; at < end; at += WORDS) {
            if (heap[at + FRONT] == front && heap[at + BACK] >>> INDEX_BITS == back) continue;
            if (kept < at) System.arraycopy(heap, at, heap, kept, WORDS);
            kept += WORDS;
        }
        if (kept == end) return;
        end = kept;
        shrink();
        order();
    }

    /// One recipient that waits.
    record Entry(Instant due, QueueId message, int recipient, Submitter submitter) {}

    /// Takes out all that waits of some messages.
    List<Entry> withdraw(Set<QueueId> messages) {
        var out = new ArrayList<Entry>();
        int kept = 0;
        for (int at = 0; at < end; at += WORDS) {
            QueueId message = message(at);
            if (messages.contains(message)) {
                out.add(new Entry(Instant.ofEpochMilli(heap[at + DUE]), message, (int) heap[at + BACK],
                        Submitter.unpacked(heap[at + SUBMITTER])));
                continue;
            }
            if (kept < at) System.arraycopy(heap, at, heap, kept, WORDS);
            kept += WORDS;
        }
        if (out.isEmpty()) return out;
        end = kept;
        heap = Arrays.copyOf(heap, Math.max(FEW, end));
        order();
        return out;
    }

    /// Whoever is due later is due then.
    void dueBy(Instant now) {
        long latest = now.toEpochMilli();
        for (int at = 0; at < end; at += WORDS)
            heap[at + DUE] = Math.min(heap[at + DUE], latest);
        order();
    }

    /// Of these messages whoever is due later is due then.
    void dueBy(Instant then, Set<QueueId> messages) {
        long latest = then.toEpochMilli();
        for (int at = 0; at < end; at += WORDS)
            if (heap[at + DUE] > latest && messages.contains(message(at))) heap[at + DUE] = latest;
        order();
    }

    /// All are due so much earlier.
    void earlier(Duration by) {
        for (int at = 0; at < end; at += WORDS)
            heap[at + DUE] -= by.toMillis();
    }

    private QueueId message(int at) { return QueueId.of(heap[at + FRONT], (int) (heap[at + BACK] >>> INDEX_BITS)); }

    private void removeFirst() {
        end -= WORDS;
        System.arraycopy(heap, end, heap, 0, WORDS);
        down(0);
        shrink();
    }

    /// What a peak took is given back.
    private void shrink() {
        if (heap.length > FEW && end <= heap.length / 4) heap = Arrays.copyOf(heap, Math.max(FEW, heap.length / 2));
    }

    private void order() {
        for (int at = (end / WORDS / 2 - 1) * WORDS; at >= 0; at -= WORDS)
            down(at);
    }

    private void up(int from) {
        for (int at = from; at > 0;) {
            int parent = (at / WORDS - 1) / 2 * WORDS;
            if (!isBefore(at, parent)) return;
            swap(at, parent);
            at = parent;
        }
    }

    private void down(int from) {
        for (int at = from;;) {
            int first = at;
            int left = (2 * (at / WORDS) + 1) * WORDS;
            if (left < end && isBefore(left, first)) first = left;
            if (left + WORDS < end && isBefore(left + WORDS, first)) first = left + WORDS;
            if (first == at) return;
            swap(at, first);
            at = first;
        }
    }

    private boolean isBefore(int one, int other) {
        for (int word = DUE; word < SUBMITTER; word++)
            if (heap[one + word] != heap[other + word]) return heap[one + word] < heap[other + word];
        return false;
    }

    private void swap(int one, int other) {
        for (int word = 0; word < WORDS; word++) {
            long kept = heap[one + word];
            heap[one + word] = heap[other + word];
            heap[other + word] = kept;
        }
    }
}
