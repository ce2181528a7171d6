package org.sternpost.lab.mx;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.sternpost.lab.LabDomain;

/// What arrived, on disk and countable: `<domain>/<n>.eml` as it came, and a line of `index.tsv` for each recipient.
///
/// The index is read again after a restart, so counts go on where they were.
public final class Mailbox implements AutoCloseable {
    private static final int COLUMNS = 7;
    private static final String IN_CLEAR = "-";

    private final Path directory;
    private final InstantSource clock;
    private final AtomicLong number = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Map<String, List<Received>> byDomain = new HashMap<>();
    private long all;
    private OutputStream index;

    /// What the envelope said: `sender` may be empty, `parameters` are those of MAIL.
    record Letter(String sender, String parameters, List<String> recipients) {}

    private Mailbox(Path directory, InstantSource clock) throws IOException {
        this.directory = directory;
        this.clock = clock;
        Files.createDirectories(directory);
        if (Files.exists(indexFile())) {
            dropTornLine(indexFile());
            try (var lines = Files.lines(indexFile())) {
                lines.forEach(this::recall);
            }
        }
        index = Files.newOutputStream(indexFile(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    public static Mailbox open(Path directory, InstantSource clock) throws IOException {
        return new Mailbox(directory, clock);
    }

    /// The domain of an address as DNS spells it; empty when the address has none.
    static Optional<String> domainOf(String address) {
        var at = address.lastIndexOf('@');
        return at < 0 || at == address.length() - 1
                ? Optional.empty()
                : Optional.of(LabDomain.ascii(address.substring(at + 1)));
    }

    /// Keeps one message for all its recipients; when this returns, the operating system has it.
    void keep(String host, Optional<String> tls, Letter letter, byte[] message) throws IOException {
        var recipients = letter.recipients();
        var at = Instant.ofEpochMilli(clock.millis());
        var folder = directory.resolve(domainOf(recipients.getFirst()).orElse("none"));
        var file = folder.resolve(number.incrementAndGet() + ".eml");
        try {
            Files.write(file, message);
        } catch (NoSuchFileException firstOfDomain) {
            Files.createDirectories(folder);
            Files.write(file, message);
        }
        var items = recipients.stream().map(
                to -> new Received(at, to, letter.sender(), letter.parameters(), host, tls, file)).toList();
        var lines = new StringBuilder();
        items.forEach(item -> lines.append(line(item)));
        lock.lock();
        try {
            index.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            items.forEach(this::remember);
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public List<Received> of(String domain) {
        lock.lock();
        try {
            return List.copyOf(byDomain.getOrDefault(LabDomain.ascii(domain), List.of()));
        } finally {
            lock.unlock();
        }
    }

    /// How many messages reached recipients of the domain; one message to two of them counts twice.
    public long count(String domain) {
        lock.lock();
        try {
            return byDomain.getOrDefault(LabDomain.ascii(domain), List.of()).size();
        } finally {
            lock.unlock();
        }
    }

    public long countAll() {
        lock.lock();
        try {
            return all;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the domain has received `count`; false when the time is over first.
    public boolean await(String domain, long count, Duration limit) throws InterruptedException {
        return await(() -> byDomain.getOrDefault(LabDomain.ascii(domain), List.of()).size() >= count, limit);
    }

    /// Waits until all domains together have received `count`; false when the time is over first.
    public boolean awaitAll(long count, Duration limit) throws InterruptedException {
        return await(() -> all >= count, limit);
    }

    private boolean await(BooleanSupplier enough, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            var left = limit.toNanos();
            while (!enough.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = arrived.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets all that arrived, on disk too.
    public void reset() throws IOException {
        lock.lock();
        try {
            for (var items : byDomain.values()) {
                for (var item : items) {
                    Files.deleteIfExists(item.message());
                }
            }
            byDomain.clear();
            all = 0;
            index.close();
            index = Files.newOutputStream(indexFile());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException { index.close(); }

    private Path indexFile() { return directory.resolve("index.tsv"); }

    private void remember(Received item) {
        byDomain.computeIfAbsent(domainOf(item.recipient()).orElse("none"), _ -> new ArrayList<>()).add(item);
        all++;
    }

    private String line(Received item) {
        return String.join("\t", item.at().toString(), plain(item.recipient()), plain(item.sender()),
                plain(item.parameters()),
                item.host(),
                item.tls().orElse(IN_CLEAR), directory.relativize(item.message()).toString()) + "\n";
    }

    /// A quoted local part may hold a tab, which would break the line.
    private static String plain(String text) { return text.replace('\t', ' '); }

    /// A run that was killed may have left half a line.
    private static void dropTornLine(Path file) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            var end = bytes.length();
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
            bytes.setLength(end);
        }
    }

    private void recall(String line) {
        var columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalStateException("Not a line of the lab's: " + line);
        }
        var file = directory.resolve(columns[6]);
        var tls = columns[5].equals(IN_CLEAR) ? Optional.<String>empty() : Optional.of(columns[5]);
        remember(new Received(Instant.parse(columns[0]), columns[1], columns[2], columns[3], columns[4], tls, file));
        var name = file.getFileName().toString();
        number.accumulateAndGet(Long.parseLong(name.substring(0, name.indexOf('.'))), Math::max);
    }
}
