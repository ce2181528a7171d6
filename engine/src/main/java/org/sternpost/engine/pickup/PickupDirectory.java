package org.sternpost.engine.pickup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.pickup.PickupPlace.Claimed;
import org.sternpost.engine.pickup.PickupPlace.Entry;
import org.sternpost.engine.pickup.PickupPlace.ExchangedException;
import org.sternpost.engine.pickup.PickupPlace.Facts;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.time.Time;

/// Takes mail from a directory. The package page has the steps.
public final class PickupDirectory implements AutoCloseable {

    /// Between two looks; a file is taken at the second one that finds it unchanged. Exchange looks every 5 s.
    static final Duration LOOK = Duration.ofSeconds(2);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofSeconds(10); // for what is under way when the engine stops
    private static final int WAITING_MAX = 100; // claimed and not accepted; beyond, files stay where they are

    private static final System.Logger LOG = System.getLogger(PickupDirectory.class.getName());

    private final PickupTerms terms;
    private final PickupPlace place;
    private final PickupFile reader;
    private final Known known;
    private final Time time;
    private Map<Path, Facts> before = Map.of(); // what the look before found
    private final ArrayDeque<Instant> ofMinute = new ArrayDeque<>(); // when each was taken
    private int looks;
    private int aside; // files set aside that lie there
    private boolean stopped;
    private volatile List<String> troubles = List.of();

    /// Whether the queue has accepted a message of that id, whatever has become of it since.
    @FunctionalInterface
    public interface Known {
        boolean has(QueueId id) throws IOException;
    }

    PickupDirectory(PickupTerms terms, MessageSink door, Known known, Time time) {
        this.terms = terms;
        this.place = new PickupPlace(terms.directory());
        this.reader = new PickupFile(terms, door, time);
        this.known = known;
        this.time = time;
    }

    /// Begins to look.
    public static AutoCloseable start(PickupDirectory directory) {
        Thread thread = EssentialThread.startPlatform("pickup", directory::run);
        return () -> {
            directory.close();
            thread.join(END);
        };
    }

    /// @param door by which all mail comes
    public static PickupDirectory of(PickupTerms terms, MessageSink door, Known known, Time time) {
        return new PickupDirectory(terms, door, known, time);
    }

    /// What keeps mail from being picked up, and what waits for an operator, in words.
    public List<String> troubles() { return troubles; }

    /// Takes up nothing more.
    @Override
    public synchronized void close() {
        stopped = true;
        notifyAll();
    }

    /// By all looks, which is what they cost where nothing comes.
    long namesRead() { return place.namesRead(); }

    /// Lets go of the directory, for another.
    void end() { place.close(); }

    private void run() {
        try {
            do
                lookSafely();
            while (pause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized boolean pause() throws InterruptedException {
        Instant due = time.steady().plus(LOOK);
        while (!stopped && time.steady().isBefore(due))
            time.awaitUntil(this, time.shown(due));
        return !stopped;
    }

    private synchronized boolean isStopped() { return stopped; }

    private void lookSafely() {
        try {
            look();
        } catch (Exception broken) {
            tell(List.of("nothing can be picked up from " + terms.directory() + ": " + why(broken)));
            LOG.log(System.Logger.Level.DEBUG, "event=pickup-look", broken);
        }
    }

    /// One look at all that lies there.
    void look() throws IOException {
        try {
            lookAtAll();
        } catch (ExchangedException exchanged) {
            tell(List.of(String.valueOf(exchanged.getMessage())));
        }
    }

    private void lookAtAll() throws IOException, ExchangedException {
        Optional<String> unfit = place.unfit();
        if (unfit.isPresent()) {
            before = Map.of();
            tell(List.of(unfit.get()));
            return;
        }
        var now = new ArrayList<String>();
        Waiting waiting = settle(inTurn(place.claimed()));
        PickupPlace.Seen seen = place.look(time.steady());
        aside = seen.aside();
        var fresh = new ArrayList<Claimed>();
        for (Entry entry : settled(seen.mail())) {
            Optional<String> odd = odd(entry.facts());
            try {
                if (odd.isPresent()) setAside(entry.file(), entry.name(), noFile(odd.get()));
                else if (waiting.files() + fresh.size() < WAITING_MAX && takesTurn())
                    place.claim(entry, freshId()).ifPresent(fresh::add);
            } catch (IOException stuck) {
                now.add(VisibleText.excerpt(entry.name()) + " in " + terms.directory() + " cannot be moved: "
                        + PickupPlace.said(stuck));
            }
        }
        if (!fresh.isEmpty()) place.sync();
        waiting = waiting.and(settle(fresh));
        if (waiting.files() > 0)
            now.add(waiting.files() + (waiting.files() == 1 ? " file" : " files") + " in " + terms.directory()
                    + " wait, as " + waiting.why());
        if (aside > 0)
            now.add((aside == 1 ? "1 file in " : aside + " files in ") + terms.directory()
                    + (aside == 1 ? " is" : " are") + " set aside: beside each .bad a .bad.txt says why");
        tell(now);
    }

    /// Claimed files that are not accepted yet.
    private record Waiting(int files, String why) {
        Waiting and(Waiting more) { return new Waiting(files + more.files, why.isEmpty() ? more.why : why); }
    }

    /// One after the other until one must wait: most likely the next would too, and each try reads a whole file.
    private Waiting settle(List<Claimed> files) throws ExchangedException {
        for (int done = 0; done < files.size(); done++) {
            Optional<String> why = isStopped() ? Optional.of("the engine stops") : settle(files.get(done));
            if (why.isPresent()) return new Waiting(files.size() - done, why.get());
        }
        return new Waiting(0, "");
    }

    /// At each look another one first, so that one that waits for a reason of its own holds up no other for long.
    private List<Claimed> inTurn(List<Claimed> claimed) {
        var turned = new ArrayList<>(claimed);
        Collections.rotate(turned, -looks++);
        return turned;
    }

    private static Pickup.Bad noFile(String why) {
        return new Pickup.Bad(why, "write a file under another name, then rename it; no link to one");
    }

    /// Those that are as the look before found them: nobody writes to them any more.
    private List<Entry> settled(List<Entry> mail) {
        var facts = new HashMap<Path, Facts>();
        var settled = new ArrayList<Entry>();
        for (Entry entry : mail) {
            facts.put(entry.file(), entry.facts());
            if (entry.facts().equals(before.get(entry.file()))) settled.add(entry);
        }
        before = facts;
        return settled;
    }

    /// docs/transport-security.md#intake-pickup-file: why something is no file that may be mail. By a link somebody
    /// could send what another may read.
    private static Optional<String> odd(Facts facts) {
        return switch (facts.kind()) {
            case Link -> Optional.of("it is a symbolic link");
            case Directory -> Optional.of("it is a directory");
            case Other -> Optional.of("it is a pipe, a socket or a device");
            case File -> facts.links() > 1
                    ? Optional.of("it has " + facts.links() + " names (hard links)")
                    : Optional.empty();
        };
    }

    /// So many in any minute, however many lie there.
    private boolean takesTurn() {
        Instant now = time.steady();
        while (!ofMinute.isEmpty() && !now.isBefore(ofMinute.getFirst().plus(MINUTE)))
            ofMinute.removeFirst();
        return ofMinute.size() < terms.messagesAMinuteMax() && ofMinute.add(now);
    }

    private QueueId freshId() { return QueueId.fresh(time.instant(), time.random()); }

    /// @return why it waits; empty if it is no longer there
    private Optional<String> settle(Claimed file) throws ExchangedException {
        place.requireHeld();
        try {
            return switch (outcome(file)) {
                case Pickup.Taken(var id) -> {
                    place.remove(file);
                    LOG.log(System.Logger.Level.INFO, "event=pickup-taken id={0} file=\"{1}\"", id, file.name());
                    yield Optional.empty();
                }
                case Pickup.Later(var why) -> Optional.of(why);
                case Pickup.Bad bad -> {
                    place.requireHeld();
                    setAside(file.file(), file.name(), bad);
                    yield Optional.empty();
                }
            };
        } catch (IOException stuck) {
            return Optional.of("it cannot be moved or removed: " + PickupPlace.said(stuck));
        }
    }

    private Pickup outcome(Claimed file) {
        try {
            // docs/transport-security.md#intake-pickup-once: what was accepted before a crash, or could not be removed,
            // is not accepted once more.
            if (known.has(file.id())) return new Pickup.Taken(file.id());
            Optional<Facts> facts = PickupPlace.facts(file.file());
            Optional<String> odd = facts.flatMap(PickupDirectory::odd);
            return odd.isPresent()
                    ? noFile(odd.get())
                    : reader.handIn(file.file(), file.id());
        } catch (IOException broken) {
            return new Pickup.Later("it cannot be looked at now: " + PickupPlace.said(broken));
        } catch (Throwable defect) {
            EssentialThread.rethrowFatal(defect);
            LOG.log(System.Logger.Level.ERROR, "event=pickup-defect file=\"" + file.name() + "\"", defect);
            return new Pickup.Bad("it met a defect of this gateway: " + defect,
                    "nothing is wrong with it for that; the authors of the gateway need the log");
        }
    }

    private void setAside(Path file, String name, Pickup.Bad bad) throws IOException {
        String kept = place.setAside(file, name, freshId(), bad);
        aside++;
        LOG.log(System.Logger.Level.WARNING, "event=pickup-bad file=\"{0}\" why=\"{1}\" remedy=\"{2}\"", kept,
                VisibleText.of(bad.why()), bad.remedy());
    }

    /// Each is in the log once, as long as it stays the same.
    private void tell(List<String> now) {
        for (String trouble : now)
            if (!troubles.contains(trouble))
                LOG.log(System.Logger.Level.WARNING, "event=pickup-trouble why=\"{0}\"", trouble);
        troubles = List.copyOf(now);
    }

    private static String why(Exception broken) {
        return broken instanceof IOException file ? PickupPlace.said(file) : broken.toString();
    }
}
