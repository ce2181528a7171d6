package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Time;

/// All mail that is owed. The one class that changes the state of a recipient, always through the store.
public final class Queue implements AutoCloseable {

    public static final List<String> SCHEMA = QueueSchema.STATEMENTS;

    private static final long MESSAGES_MAX = 2_000_000;
    private static final long JOURNALED_OCTETS_MAX = 1 << 20; // longer ones are written by who brings them

    private static final System.Logger LOG = System.getLogger(Queue.class.getName());

    private final Store store;
    private final Time time;
    private final DestinationQueues destinations = new DestinationQueues();
    private final QueueRates rates;
    private final OutageHold outage = new OutageHold(destinations);
    private final Turns turns = new Turns(destinations);
    private final Set<TakenNote> noted = ConcurrentHashMap.newKeySet(); // and not settled yet
    private final Map<String, DamagedMessage> damaged = new ConcurrentHashMap<>();
    private final RecentMessages recent = new RecentMessages();
    private final IntakePace pace;
    private final QueueRows rows;
    private final FreeSpace space;
    private final DiskHold hold;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final Loader loader;

    private Queue(Store store, Time time) throws IOException {
        this.store = store;
        this.time = time;
        this.rates = new QueueRates(time);
        this.pace = new IntakePace(time);
        this.rows = new QueueRows(store, time);
        this.space = new FreeSpace(store, time);
        this.hold = new DiskHold(space, time, destinations);
        store.<@Nullable Void>read(this::readSuspended);
        var recovery = Recovery.begin(store, destinations, outage);
        messages.set(recovery.owed());
        this.loader = new Loader(recovery, destinations, new Loader.Found() {
            @Override
            public void damaged(DamagedMessage one) { name(one); }

            @Override
            public void more(long contents) { messages.addAndGet(contents); }
        }, time);
    }

    /// Opens the queue as the store has it; what was under way when the engine ended is due again. Where much waits,
    /// most of it is loaded later; see [Loader].
    public static Queue recover(Store store, Time time) throws IOException {
        var queue = empty(store, time);
        queue.loader.load(Loader.AT_ONCE);
        queue.loader.start();
        return queue;
    }

    /// Before anything of what the store has is loaded.
    static Queue empty(Store store, Time time) throws IOException {
        store.replay(QueueRows::replay);
        QueueRows.settleNoted(store, time);
        return new Queue(store, time);
    }

    /// Loads nothing more. Nothing is claimed or settled any more.
    @Override
    public void close() {
        loader.close();
        if (!noted.isEmpty()) return; // and not settled: the next start does it
        try {
            store.forgetNoted();
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.DEBUG, "event=notes-not-forgotten why={0}", broken.getMessage());
        }
    }

    Loader loader() { return loader; }

    /// Why mail that waited when the engine started is not all there yet, in words.
    public Optional<String> loadTrouble() { return loader.trouble(); }

    public DestinationQueues destinations() { return destinations; }

    /// Who begins to deliver asks here whether acceptance keeps up.
    public IntakePace pace() { return pace; }

    /// How fast mail comes and goes.
    public QueueRates rates() { return rates; }

    public OutageHold outage() { return outage; }

    public Turns turns() { return turns; }

    /// Messages not yet final.
    public long size() { return messages.get(); }

    /// What waits and cannot be sent, because the disk did not keep all of it.
    public List<DamagedMessage> damaged() {
        return damaged.values().stream().sorted(Comparator.comparing(DamagedMessage::id)).toList();
    }

    boolean isDamaged(String id) { return damaged.containsKey(id); }

    /// Each is named once; Get-Message shows them all.
    void name(DamagedMessage one) {
        if (damaged.putIfAbsent(one.id(), one) != null) return;
        LOG.log(System.Logger.Level.WARNING, "event=message-damaged id=\"{0}\" why=\"{1}\" what=\"it is not sent and "
                + "nothing of it is removed\" remedy=\"put back the data directory's files if you have them; "
                + "Get-Message shows it\"", one.id(), one.why());
    }

    void removed(DamagedMessage one) { if (damaged.remove(one.id()) != null) messages.decrementAndGet(); }

    /// Messages accepted since the engine started.
    public long accepted() { return accepted.get(); }

    /// True if a message of so many octets cannot be accepted now. When the disk has room again, the next one can.
    public boolean isFull(long octets) throws IOException {
        return messages.get() >= MESSAGES_MAX || !space.has(octets, Store.FREE_OCTETS_MIN);
    }

    /// Takes responsibility for a message: when it returns, its record is on the disk, and its rows follow. Called by
    /// `intake.Acceptance` and by nobody else.
    public void insert(NewMessage message) throws IOException {
        if (message.content().size() > JOURNALED_OCTETS_MAX) {
            insert(message, _ -> null);
            return;
        }
        long body;
        try (var _ = pace.begin()) {
            var kept = new NewBody(Kind.Accepted, RecordHeader.octets(message.row()), message.content());
            body = store.accept(message.row().message().id(), kept, new QueueRows.Entering(message.row()));
        }
        entered(message, body);
    }

    /// The same with more in one transaction, which is on the disk when it returns. Its record alone says nothing, like
    /// that of a notification.
    ///
    /// @param alongside work of the same transaction
    public void insert(NewMessage message, Database.Work<? extends @Nullable Object> alongside) throws IOException {
        long body;
        try (var _ = pace.begin()) {
            var kept = new NewBody(Kind.Notice, RecordHeader.octets(message.row()), message.content());
            body = store.<Long>writeWithBodies(List.of(kept), (connection, bodies) -> {
                new QueueRows.Entering(message.row()).on(connection, bodies.getFirst().id());
                alongside.on(connection);
                return bodies.getFirst().id();
            });
        }
        entered(message, body);
    }

    private void entered(NewMessage message, long body) {
        accepted.incrementAndGet();
        recent.add(message.row(), body);
        space.taken(message.content().size());
        enqueue(message.row());
    }

    /// Why nothing is handed out now, in words: what cannot be settled is not sent.
    public Optional<String> held() throws IOException { return hold.reason(); }

    /// Takes what is due in a destination, unless [#held]; nobody else gets it until it is settled or put back.
    ///
    /// @param settings looked up for what is taken
    public Optional<ClaimedDelivery> take(DestinationKey destination, ClaimedDelivery.InForce settings)
            throws IOException {
        while (held().isEmpty()) {
            Optional<DestinationQueues.Piece> piece = destinations.take(destination, time.instant());
            if (piece.isEmpty()) return Optional.empty();
            Optional<ClaimedDelivery> taken = load(destination, piece.get(), settings);
            if (taken.isPresent()) return taken;
        }
        return Optional.empty();
    }

    /// Puts back what was taken and not attempted; it is due at once.
    public void putBack(ClaimedDelivery taken) {
        for (QueuedRecipient recipient : taken.recipients())
            destinations.add(taken.destination(), time.instant(), taken.message().id(), recipient.index(),
                    Submitter.of(taken.message()));
        destinations.giveBack(taken.destination(), taken.message().id(), positions(taken.recipients()));
    }

    /// Sends what was taken over another connector instead.
    public void move(ClaimedDelivery taken, String connector) throws IOException {
        store.write(connection -> {
            Tables.move(connection, taken.message().id(), taken.recipients(), connector);
            return true;
        });
        var destination = new DestinationKey(connector, taken.destination().domain());
        for (QueuedRecipient recipient : taken.recipients())
            destinations.add(destination, time.instant(), taken.message().id(), recipient.index(),
                    Submitter.of(taken.message()));
        rates.moved(QueueRates.counted(taken.recipients()), connector);
        destinations.giveBack(taken.destination(), taken.message().id(), positions(taken.recipients()));
    }

    /// Has it noted at once that a host took a claimed message for a recipient: if the process is killed before that is
    /// settled, it is not sent again. To be settled nonetheless.
    public void noteTaken(QueueId message, int recipient) {
        var note = new TakenNote(message, recipient);
        if (noted.add(note)) store.note(note.octets());
    }

    /// Writes all that an attempt changed, with the notices it leads to, in one transaction. Returns once the disk has
    /// taken it, however long that is.
    ///
    /// @throws IllegalStateException if it is our own statements that the database refuses
    public void settle(DestinationKey destination, QueueUpdate settlement) throws IOException {
        QueueRows.Left left = hold.kept(() -> rows.write(settlement));
        for (QueueUpdate.Change change : settlement.changes())
            noted.remove(new TakenNote(settlement.message(), change.recipient()));
        written(settlement, left);
        rates.left(destination, (int) settlement.changes().stream().filter(one -> one.state().isFinal()).count());
        for (QueueUpdate.Change change : settlement.changes())
            if (left.waiting().contains(change.recipient())) {
                destinations.add(destination, change.due(), settlement.message(), change.recipient());
                outage.deferred(destination, settlement.message(), change.event().status());
            }
        destinations.giveBack(destination, settlement.message(),
                settlement.changes().stream().map(QueueUpdate.Change::recipient).toList());
    }

    /// Until [#hurryEnds] settlements are written at once, which else wait for more to be written with them.
    public void hurryBegins() { store.hurryBegins(); }

    public void hurryEnds() { store.hurryEnds(); }

    /// Writes what an operator changed about mail that no session has taken.
    ///
    /// @param stands whether it is still as the operator found it, asked in the same transaction
    /// @return false if it is not; then nothing is written
    boolean settleUntaken(QueueUpdate settlement, Database.Work<Boolean> stands) throws IOException {
        recent.forget(settlement.message()); // who claims it from now on sees what the tables have
        try {
            written(settlement, rows.write(settlement, stands));
            return true;
        } catch (QueueRows.OvertakenException _) {
            return false;
        }
    }

    /// Who claims one of these from now on sees what the tables have.
    void forgetRecent(Iterable<QueueId> changed) { changed.forEach(recent::forget); }

    QueueRows rows() { return rows; }

    /// So many messages are owed to nobody any more.
    void ended(long count) { messages.addAndGet(-count); }

    /// What is on the disk holds in memory too.
    void written(QueueUpdate settlement, QueueRows.Left left) {
        if (left.done()) messages.decrementAndGet();
        settlement.notices().forEach(notice -> enqueue(notice.row()));
    }

    /// The octets of a message that is still owed to somebody.
    public Optional<MessageContent> body(QueueId id) throws IOException {
        return store.<Optional<MessageContent>>read(connection -> Tables.message(connection, id)
                .map(stored -> body(stored.body(), stored.message().size())));
    }

    /// The octets of a stored message.
    MessageContent body(long number, long size) { return new StoredContent(store, number, size); }

    private void enqueue(MessageRow in) {
        messages.incrementAndGet();
        rows.feed().accepted(in);
        rates.entered(in.recipients());
        var by = Submitter.of(in.message());
        synchronized (destinations) { // at once, or a session takes the first alone, and their notices part too
            in.recipients().forEach(r -> destinations.add(r.destination(), r.due(), in.message().id(), r.index(), by));
        }
    }

    private Optional<ClaimedDelivery> load(DestinationKey destination, DestinationQueues.Piece piece,
            ClaimedDelivery.InForce settings) throws IOException {
        Optional<ClaimedDelivery> taken;
        try {
            Optional<RecentMessages.Taken> known = recent.take(piece.message(), piece.recipients());
            taken = known.isPresent()
                    ? known.map(one -> claimed(destination, one, false, settings))
                    : read(destination, piece, settings);
        } catch (IOException | RuntimeException broken) {
            if (broken.getCause() instanceof DamagedRowException row) {
                name(new DamagedMessage(piece.message().text(), DamagedMessage.Shown.NOTHING, Optional.empty(),
                        String.valueOf(row.getMessage())));
                destinations.giveBack(destination, piece.message(), piece.recipients());
                return Optional.empty();
            }
            for (int recipient : piece.recipients())
                destinations.add(destination, time.instant(), piece.message(), recipient);
            destinations.giveBack(destination, piece.message(), piece.recipients());
            throw broken;
        }
        // Some were removed or suspended since the destination was filled.
        var left = taken.map(one -> positions(one.recipients())).orElse(List.of());
        if (left.size() < piece.recipients().size())
            destinations.giveBack(destination, piece.message(),
                    piece.recipients().stream().filter(one -> !left.contains(one)).toList());
        return taken;
    }

    private static List<Integer> positions(List<QueuedRecipient> recipients) {
        return recipients.stream().map(QueuedRecipient::index).toList();
    }

    private Optional<ClaimedDelivery> read(DestinationKey destination, DestinationQueues.Piece piece,
            ClaimedDelivery.InForce settings) throws IOException {
        Optional<Waiting> found = store.<Optional<Waiting>>readWritten(connection -> waiting(connection, piece));
        // Forgotten here before it had rows.
        if (found.isEmpty()) found = store.<Optional<Waiting>>read(connection -> waiting(connection, piece));
        return found.map(one -> one.at(destination)).filter(one -> !one.due().isEmpty())
                .map(one -> claimed(destination, new RecentMessages.Taken(one.stored().message(), one.stored().body(),
                        one.due()), one.stored().delayTold(), settings));
    }

    /// Of a message, who waits among some of its recipients.
    private record Waiting(Tables.Stored stored, List<QueuedRecipient> due) {

        /// An operator may have sent some of them another way since.
        Waiting at(DestinationKey destination) {
            return new Waiting(stored, due.stream().filter(one -> one.destination().equals(destination)).toList());
        }
    }

    private static Optional<Waiting> waiting(Connection connection, DestinationQueues.Piece piece)
            throws SQLException {
        Optional<Tables.Stored> stored = Tables.message(connection, piece.message());
        if (stored.isEmpty()) return Optional.empty();
        return Optional.of(new Waiting(stored.get(), Tables.waiting(connection, piece.message(), piece.recipients())));
    }

    private ClaimedDelivery claimed(DestinationKey destination, RecentMessages.Taken taken, boolean delayTold,
            ClaimedDelivery.InForce settings) {
        return new ClaimedDelivery(destination, taken.message(), body(taken.body(), taken.message().size()),
                taken.recipients(), delayTold, settings.of(taken.message(), taken.recipients()));
    }

    private @Nullable Void readSuspended(Connection connection) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT * FROM suspended_destination");
                var row = query.executeQuery()) {
            while (row.next())
                destinations.suspend(new DestinationKey(row.getString(1), new Domain(row.getString(2))), true);
        }
        return null;
    }

    /// A message that waits and cannot be sent, because the disk did not keep all of it. Nothing of it is removed.
    ///
    /// @param id      as its rows have it; `content 17` when no row is left that says
    /// @param shown   as its rows have it, right or wrong
    /// @param content the number of its content, where its rows are whole and say so
    /// @param why     what is damaged, with its place
    public record DamagedMessage(String id, Shown shown, Optional<Long> content, String why) {

        /// What an operator may recognise a message by.
        public record Shown(String sender, List<String> recipients, String subject, long size, Instant received,
                Instant expires) {

            static final Shown NOTHING = new Shown("", List.of(), "", 0, Instant.EPOCH, Instant.EPOCH);

            public Shown { recipients = List.copyOf(recipients); }
        }
    }
}
