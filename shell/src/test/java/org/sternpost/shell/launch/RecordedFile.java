package org.sternpost.shell.launch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// One file of a [RecordedDisk]: octets that are safe, and changes of them that are not.
final class RecordedFile implements RecordedDisk.Node {

    private static final int PIECE = 512; // what disks write whole

    /// Octets that grow; what was never written is 0.
    private static final class Octets {
        private byte[] room = new byte[0];
        private int length;

        private Octets() {}

        private Octets(Octets others) {
            room = Arrays.copyOf(others.room, others.length);
            length = others.length;
        }

        private void apply(Change change) {
            if (change.octets.isEmpty()) {
                resize((int) change.offset);
                return;
            }
            byte[] written = change.octets.get();
            grow((int) change.offset + written.length);
            System.arraycopy(written, 0, room, (int) change.offset, written.length);
        }

        private void grow(int to) { if (to > length) resize(to); }

        private void resize(int to) {
            if (to > room.length) room = Arrays.copyOf(room, Math.max(to, 2 * room.length));
            if (to < length) Arrays.fill(room, to, length, (byte) 0);
            length = to;
        }

        private byte[] copy() { return Arrays.copyOf(room, length); }
    }

    /// Octets at a place; or, without octets, the length of the file from now on. Not ended: it may have been cut.
    static final class Change {
        private final long offset;
        private final Optional<byte[]> octets;
        private boolean ended;

        Change(long offset, Optional<byte[]> octets) {
            this.offset = offset;
            this.octets = octets;
        }

        void end() { ended = true; }
    }

    private final Octets safe = new Octets();
    private final List<Change> changes = new ArrayList<>();

    void begin(Change change) { changes.add(change); }

    void undo(Change change) { changes.remove(change); }

    /// A change that is known only when it has ended.
    void change(long offset, Optional<byte[]> octets) {
        var change = new Change(offset, octets);
        change.end();
        changes.add(change);
    }

    /// What a sync covers that begins now.
    List<Change> ended() { return changes.stream().filter(one -> one.ended).toList(); }

    void save(List<Change> covered) {
        for (Change one : covered)
            if (changes.remove(one)) safe.apply(one);
    }

    int length() { return now().length; }

    byte[] copy(long from, long octets) { return Arrays.copyOfRange(now().room, (int) from, (int) (from + octets)); }

    private Octets now() {
        var now = new Octets(safe);
        changes.forEach(now::apply);
        return now;
    }

    /// Where a file differs first from what was recorded, but for what changes under way may have done.
    Optional<Integer> difference(byte[] found) {
        var ended = new Octets(safe);
        changes.stream().filter(one -> one.ended).forEach(ended::apply);
        byte[] recorded = ended.copy();
        var unclear = new BitSet();
        changes.stream().filter(one -> !one.ended).forEach(one -> {
            int from = (int) Math.min(one.offset, recorded.length);
            int behind = one.octets.map(octets -> (int) one.offset + octets.length).orElse(Integer.MAX_VALUE);
            unclear.set(from, Math.max(from, behind));
        });
        int at = -1;
        do {
            at = unclear.nextClearBit(at + 1);
            if (at >= Math.max(recorded.length, found.length)) return Optional.empty();
        } while (at < Math.min(recorded.length, found.length) && recorded[at] == found[at]);
        return Optional.of(at);
    }

    /// Nothing, all or some: each file has luck of its own, as files lie in different places of a disk.
    static double share(Random random) { return new double[]{0, 0, 0.5, 0.9, 1}[random.nextInt(5)]; }

    /// As it may be found now.
    byte[] image(Random random) {
        var octets = new Octets(safe);
        double share = share(random);
        for (Change one : changes) {
            boolean torn = one.octets.isPresent() && random.nextInt(4) == 0;
            if (torn) tear(octets, one, share, random);
            else if (random.nextDouble() < share) octets.apply(one);
            else if (one.octets.isPresent() && random.nextInt(8) == 0)
                octets.grow((int) one.offset + one.octets.get().length);
        }
        return octets.copy();
    }

    private static void tear(Octets octets, Change change, double share, Random random) {
        byte[] all = change.octets.orElseThrow();
        for (int at = 0; at < all.length;) {
            int end = (int) Math.min(all.length, (change.offset + at) / PIECE * PIECE + PIECE - change.offset);
            if (random.nextDouble() < share)
                octets.apply(new Change(change.offset + at, Optional.of(Arrays.copyOfRange(all, at, end))));
            at = end;
        }
    }
}
