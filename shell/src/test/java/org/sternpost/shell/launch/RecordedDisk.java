package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.sternpost.shell.launch.RecordedCalls.Call;
import org.sternpost.shell.launch.RecordedCalls.Moment;

/// A folder as a disk may show it after its power went, rebuilt from the calls of a process.
///
/// What a sync covered that came back is there. Of everything else any part may be: a write, some 512-octet pieces of
/// it, the length of the file without what is in it, a name. A name is durable only after a sync of its directory,
/// whatever file systems do beyond that.
final class RecordedDisk {

    private static final int PIECE = 512; // what disks write whole

    /// What a name stands for.
    private sealed interface Node permits Folder, FileNode {}

    private record Folder() implements Node {}

    /// A file's octets that are safe, and changes of them that are not.
    private static final class FileNode implements Node {
        private final Octets safe = new Octets();
        private final List<Change> changes = new ArrayList<>();

        private Octets now() {
            var now = new Octets(safe);
            changes.forEach(now::apply);
            return now;
        }
    }

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

    private static final class Open {
        private final FileNode file;
        private final boolean appends;
        private long position;

        private Open(FileNode file, boolean appends) {
            this.file = file;
            this.appends = appends;
        }
    }

    /// Octets at a place; or, without octets, the length of the file from now on. Not ended: it may have been cut.
    private static final class Change {
        private final long offset;
        private final Optional<byte[]> octets;
        private boolean ended;

        private Change(long offset, Optional<byte[]> octets) {
            this.offset = offset;
            this.octets = octets;
        }
    }

    /// A name is given, taken away, or both.
    private static final class Naming {
        private final Optional<String> from;
        private final Optional<String> to;
        private final Optional<Node> node;
        private boolean ended;

        private Naming(Optional<String> from, Optional<String> to, Optional<Node> node) {
            this.from = from;
            this.to = to;
            this.node = node;
        }

        private void on(Map<String, Node> names) {
            from.ifPresent(names::remove);
            to.ifPresent(path -> names.put(path, node.orElseThrow()));
        }

        private boolean isIn(String folder) { return parent(to.or(() -> from).orElseThrow()).equals(folder); }
    }

    private final String root;
    private final Predicate<String> unsynced;
    private final Map<String, Node> safeNames = new TreeMap<>();
    private final Map<String, Node> names = new TreeMap<>();
    private final List<Naming> namings = new ArrayList<>();
    private final Map<Integer, Open> files = new HashMap<>();
    private final Map<Integer, String> folders = new HashMap<>();
    private final IdentityHashMap<Call, Runnable> underWay = new IdentityHashMap<>(); // what to do if it works
    private final IdentityHashMap<Call, Runnable> undo = new IdentityHashMap<>(); // what to do if it does not

    /// @param root     an empty folder at the first moment, whose own name is safe
    /// @param unsynced names for which a sync does nothing: the fault to be planted
    RecordedDisk(Path root, Predicate<String> unsynced) {
        this.root = root.toString();
        this.unsynced = unsynced;
        safeNames.put(this.root, new Folder());
        names.put(this.root, new Folder());
    }

    /// Another process has the folder now.
    void restart() {
        files.clear();
        folders.clear();
        underWay.clear();
        undo.clear();
    }

    void on(Moment moment) {
        Call call = moment.call();
        if (moment.result().isEmpty()) {
            begin(call);
            return;
        }
        long result = moment.result().get();
        Runnable undone = undo.remove(call);
        Runnable done = underWay.remove(call);
        if (result < 0) {
            if (undone != null) undone.run();
        } else if (done != null)
            done.run();
        else
            end(call, result);
    }

    private void begin(Call call) {
        switch (call.name()) {
            case "write", "writev", "pwrite64", "pwritev" -> write(call);
            case "ftruncate" -> change(call, opened(call, 0).file, new Change(call.last(), Optional.empty()));
            case "fsync", "fdatasync" -> sync(call);
            case "unlink", "rmdir" -> name(call, Optional.of(call.path(0)), Optional.empty());
            case "unlinkat" -> name(call, Optional.of(call.path(0)), Optional.empty());
            case "rename", "renameat", "renameat2" -> name(call, Optional.of(call.path(0)), Optional.of(call.path(1)));
            case "mkdir", "mkdirat" -> name(call, Optional.empty(), Optional.of(call.path(0)));
            case "close" -> {
                files.remove(call.descriptor(0));
                folders.remove(call.descriptor(0));
            }
            case "open", "openat", "lseek", "copy_file_range", "dup" -> {
                // It is clear when it ends.
            }
            case "mmap" -> {
                boolean writes = call.arguments().contains("MAP_SHARED") && call.arguments().contains("PROT_WRITE");
                if (writes && !call.arguments().contains("-shm<") && !call.arguments().contains("-shm>"))
                    throw new IllegalStateException("writes that nobody sees: " + call);
            }
            default -> throw new IllegalStateException("the recorder does not know " + call.name());
        }
    }

    private void end(Call call, long result) {
        switch (call.name()) {
            case "open", "openat" -> open(call, (int) result);
            case "lseek" -> {
                Open open = files.get(call.descriptor(0));
                if (open != null) open.position = result;
            }
            case "dup" -> {
                int known = call.descriptor(0);
                if (files.containsKey(known)) files.put((int) result, files.get(known));
                if (folders.containsKey(known)) folders.put((int) result, folders.get(known));
            }
            case "copy_file_range" -> {
                Open from = opened(call, 0);
                Open to = opened(call, 1);
                byte[] octets = Arrays.copyOfRange(from.file.now().room, (int) from.position,
                        (int) (from.position + result));
                var change = new Change(to.position, Optional.of(octets));
                change.ended = true;
                to.file.changes.add(change);
                from.position += result;
                to.position += result;
            }
            default -> {
                // Whatever it was is done.
            }
        }
    }

    private void open(Call call, int descriptor) {
        String path = call.path(0);
        if (names.get(path) instanceof Folder) {
            folders.put(descriptor, path);
            return;
        }
        var file = (FileNode) names.get(path);
        if (file == null) {
            file = new FileNode();
            names.put(path, file);
            var naming = new Naming(Optional.empty(), Optional.of(path), Optional.of(file));
            naming.ended = true;
            namings.add(naming);
        } else if (call.arguments().contains("O_TRUNC")) {
            var change = new Change(0, Optional.empty());
            change.ended = true;
            file.changes.add(change);
        }
        files.put(descriptor, new Open(file, call.arguments().contains("O_APPEND")));
    }

    private void write(Call call) {
        Open open = opened(call, 0);
        var octets = new java.io.ByteArrayOutputStream();
        call.texts().forEach(octets::writeBytes);
        boolean placed = call.name().startsWith("p");
        long offset = placed ? call.last() : open.appends ? open.file.now().length : open.position;
        change(call, open.file, new Change(offset, Optional.of(octets.toByteArray())));
        if (!placed) open.position = offset + octets.size();
    }

    private Open opened(Call call, int n) {
        Open open = files.get(call.descriptor(n));
        if (open == null) throw new IllegalStateException("nobody was seen opening what is used in " + call);
        return open;
    }

    private void change(Call call, FileNode file, Change change) {
        file.changes.add(change);
        underWay.put(call, () -> change.ended = true);
        undo.put(call, () -> file.changes.remove(change));
    }

    private void name(Call call, Optional<String> from, Optional<String> to) {
        var node = from.map(names::get).or(() -> Optional.of(new Folder()));
        if (from.isPresent() && !names.containsKey(from.get())) return; // it fails
        var naming = new Naming(from, to, node);
        namings.add(naming);
        underWay.put(call, () -> {
            naming.ended = true;
            naming.on(names);
        });
        undo.put(call, () -> namings.remove(naming));
    }

    /// Covers what had ended when it began, once it has come back.
    private void sync(Call call) {
        String folder = folders.get(call.descriptor(0));
        if (folder != null) {
            if (unsynced.test(folder)) return;
            var covered = namings.stream().filter(one -> one.ended && one.isIn(folder)).toList();
            underWay.put(call, () -> {
                covered.forEach(one -> one.on(safeNames));
                namings.removeAll(covered);
            });
            return;
        }
        FileNode file = opened(call, 0).file;
        boolean leftOut = names.entrySet().stream().anyMatch(one -> one.getValue() == file
                && unsynced.test(one.getKey()));
        if (leftOut) return;
        var covered = file.changes.stream().filter(one -> one.ended).toList();
        underWay.put(call, () -> {
            for (Change one : covered)
                if (file.changes.remove(one)) file.safe.apply(one);
        });
    }

    /// Writes the folder as it may be found now.
    ///
    /// @param random what of the unsynced is there; nothing but the seed decides
    void image(Path folder, Random random) throws IOException {
        var found = new TreeMap<>(safeNames);
        double share = share(random);
        for (Naming one : namings)
            if (random.nextDouble() < share) one.on(found);
        write(folder, found, file -> image(file, random));
    }

    /// The folder as the process saw it.
    void whole(Path folder) throws IOException { write(folder, names, FileNode::now); }

    private void write(Path folder, Map<String, Node> found, Function<FileNode, Octets> contents) throws IOException {
        for (var one : found.entrySet()) {
            Path path = folder.resolve(Path.of(root).relativize(Path.of(one.getKey())).toString());
            if (!path.equals(folder) && !Files.isDirectory(path.getParent())) continue; // its directory has no name
            switch (one.getValue()) {
                case Folder _ -> Files.createDirectories(path);
                case FileNode file -> Files.write(path, contents.apply(file).copy());
            }
        }
    }

    /// Nothing, all or some: each file has luck of its own, as files lie in different places of a disk.
    private static double share(Random random) { return new double[]{0, 0, 0.5, 0.9, 1}[random.nextInt(5)]; }

    private static Octets image(FileNode file, Random random) {
        var octets = new Octets(file.safe);
        double share = share(random);
        for (Change one : file.changes) {
            boolean torn = one.octets.isPresent() && random.nextInt(4) == 0;
            if (torn) tear(octets, one, share, random);
            else if (random.nextDouble() < share) octets.apply(one);
            else if (one.octets.isPresent() && random.nextInt(8) == 0)
                octets.grow((int) one.offset + one.octets.get().length);
        }
        return octets;
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

    private static String parent(String path) { return path.substring(0, path.lastIndexOf('/')); }
}
