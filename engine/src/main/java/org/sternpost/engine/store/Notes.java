package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What a transaction will say in a moment, in a few octets each, for a process that is killed before it does.
///
/// A file of places of one length, written round and round without a sync, each with a checksum: what a power loss
/// takes of it, or what is too old, was never noted. Whoever notes something does not wait for the disk; what gathers
/// is written at once.
final class Notes implements AutoCloseable {

    static final String NAME = "store.notes";
    static final int PLACE_OCTETS = 32; // the length, the note, zeros, CRC-32C of all that
    static final int PLACES = 8_192; // of what is not settled within a few seconds nobody waits for an answer

    private static final long GATHERED_MILLIS = 1; // a kill repeats what is noted meanwhile
    private static final int CRC_AT = PLACE_OCTETS - Integer.BYTES;
    private static final System.Logger LOG = System.getLogger(Notes.class.getName());

    private final Path path;
    private final Disk disk;
    private final RandomAccessFile file;
    private final List<byte[]> found;
    private List<byte[]> waiting = new ArrayList<>();
    private boolean writing; // somebody writes what waits
    private boolean failing;
    private boolean closed;
    private int next; // place, known to whoever writes

    private Notes(Path path, Disk disk) throws IOException {
        this.path = path;
        this.disk = disk;
        this.file = new RandomAccessFile(OwnerOnly.file(path).toFile(), "rw");
        this.found = read(path);
    }

    static Notes open(Path directory, Disk disk) throws IOException { return new Notes(directory.resolve(NAME), disk); }

    /// What was noted before the file was opened, unless it is older than the places reach; some of it may be settled.
    List<byte[]> found() { return found; }

    /// @param note up to [Store#NOTE_OCTETS_MAX]; must not change
    void add(byte[] note) {
        if (note.length > Store.NOTE_OCTETS_MAX) throw new IllegalArgumentException(note.length + " octets");
        synchronized (this) {
            if (closed || waiting.size() >= PLACES) return;
            waiting.add(note);
            if (writing) return;
            writing = true;
        }
        disk.soon(this::write);
    }

    /// All that was noted so far is settled.
    void forget() throws IOException {
        synchronized (file) {
            file.setLength(0);
            next = 0;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            waiting.clear();
            notifyAll();
        }
        synchronized (file) {
            file.close();
        }
    }

    /// The first at once; under load what comes within a moment with one write, and with one thread that wakes up.
    private void write() {
        for (List<byte[]> due = gathered(0); !due.isEmpty(); due = gathered(GATHERED_MILLIS))
            try {
                synchronized (file) {
                    write(due);
                }
                failing = false;
            } catch (IOException broken) {
                if (!failing && !isClosed())
                    LOG.log(System.Logger.Level.WARNING, "event=notes-not-written file={0} why=\"{1}\" what=\"should "
                            + "this process be killed, more mail is sent twice\"", path, broken.getMessage());
                failing = true;
            }
    }

    /// @return none if nothing came; then whoever notes something next has it written
    private synchronized List<byte[]> gathered(long millis) {
        try {
            if (millis > 0 && !closed) wait(millis);
        } catch (InterruptedException _) {
            // Nobody interrupts it; then it gathers less.
        }
        List<byte[]> due = waiting;
        waiting = new ArrayList<>();
        writing = !due.isEmpty();
        return due;
    }

    private synchronized boolean isClosed() { return closed; }

    private void write(List<byte[]> notes) throws IOException {
        for (int from = 0; from < notes.size();) {
            int count = Math.min(notes.size() - from, PLACES - next);
            var octets = ByteBuffer.allocate(count * PLACE_OCTETS);
            for (byte[] note : notes.subList(from, from + count)) {
                int at = octets.position();
                octets.put((byte) note.length).put(note).position(at + CRC_AT).putInt(crc(octets.array(), at));
            }
            disk.write(file, (long) next * PLACE_OCTETS, octets.array(), octets.position());
            next = (next + count) % PLACES;
            from += count;
        }
    }

    private static List<byte[]> read(Path path) throws IOException {
        byte[] all = Files.readAllBytes(path);
        var found = new ArrayList<byte[]>();
        for (int at = 0; at + PLACE_OCTETS <= all.length && at < PLACES * PLACE_OCTETS; at += PLACE_OCTETS) {
            int length = all[at];
            if (length <= 0 || length > Store.NOTE_OCTETS_MAX
                    || ByteBuffer.wrap(all).getInt(at + CRC_AT) != crc(all, at))
                continue;
            var note = new byte[length];
            System.arraycopy(all, at + 1, note, 0, length);
            found.add(note);
        }
        return List.copyOf(found);
    }

    private static int crc(byte[] octets, int at) {
        var crc = new CRC32C();
        crc.update(octets, at, CRC_AT);
        return (int) crc.getValue();
    }
}
