package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sternpost.shell.launch.RecordedCalls.Call;
import org.sternpost.shell.launch.RecordedCalls.Moment;
import org.sternpost.shell.launch.RecordedFile.Change;

/// A folder as a disk may show it after its power went, rebuilt from the calls of a process.
///
/// What a sync covered that came back is there. Of everything else any part may be: a write, some 512-octet pieces of
/// it, the length of the file without what is in it, a name. A name is durable only after a sync of its directory,
/// whatever file systems do beyond that.
final class RecordedDisk {

    /// What a name stands for.
    sealed interface Node permits Folder, RecordedFile {}

    private record Folder() implements Node {}

    private static final class Open {
        private final RecordedFile file;
        private final boolean appends;
        private long position;

        private Open(RecordedFile file, boolean appends) {
            this.file = file;
            this.appends = appends;
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
    private final Set<Call> begun = Collections.newSetFromMap(new IdentityHashMap<>());

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
        begun.clear();
    }

    void on(Moment moment) {
        Call call = moment.call();
        if (moment.result().isEmpty()) {
            begun.add(call);
            begin(call);
            return;
        }
        begun.remove(call);
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
                to.file.change(to.position, Optional.of(from.file.copy(from.position, result)));
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
        var file = (RecordedFile) names.get(path);
        if (file == null) {
            file = new RecordedFile();
            names.put(path, file);
            var naming = new Naming(Optional.empty(), Optional.of(path), Optional.of(file));
            naming.ended = true;
            namings.add(naming);
        } else if (call.arguments().contains("O_TRUNC")) file.change(0, Optional.empty());
        files.put(descriptor, new Open(file, call.arguments().contains("O_APPEND")));
    }

    private void write(Call call) {
        Open open = opened(call, 0);
        var octets = new java.io.ByteArrayOutputStream();
        call.texts().forEach(octets::writeBytes);
        boolean placed = call.name().startsWith("p");
        long offset = placed ? call.last() : open.appends ? open.file.length() : open.position;
        change(call, open.file, new Change(offset, Optional.of(octets.toByteArray())));
        if (!placed) open.position = offset + octets.size();
    }

    private Open opened(Call call, int n) {
        Open open = files.get(call.descriptor(n));
        if (open == null) throw new IllegalStateException("nobody was seen opening what is used in " + call);
        return open;
    }

    private void change(Call call, RecordedFile file, Change change) {
        file.begin(change);
        underWay.put(call, change::end);
        undo.put(call, () -> file.undo(change));
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
        RecordedFile file = opened(call, 0).file;
        boolean leftOut = names.entrySet().stream().anyMatch(one -> one.getValue() == file
                && unsynced.test(one.getKey()));
        if (leftOut) return;
        List<Change> covered = file.ended();
        underWay.put(call, () -> file.save(covered));
    }

    /// Writes the folder as it may be found now.
    ///
    /// @param random what of the unsynced is there; nothing but the seed decides
    void image(Path folder, Random random) throws IOException {
        var found = new TreeMap<>(safeNames);
        double share = RecordedFile.share(random);
        for (Naming one : namings)
            if (random.nextDouble() < share) one.on(found);
        for (var one : found.entrySet()) {
            Path path = folder.resolve(Path.of(root).relativize(Path.of(one.getKey())).toString());
            if (!path.equals(folder) && !Files.isDirectory(path.getParent())) continue; // its directory has no name
            switch (one.getValue()) {
                case Folder _ -> Files.createDirectories(path);
                case RecordedFile file -> Files.write(path, file.image(random));
            }
        }
    }

    /// In what the folder itself differs from what was recorded, but for what calls that never came back may have done.
    ///
    /// @param kept whether a file of that name below the folder is looked at
    /// @return a line for each file
    List<String> differences(Predicate<String> kept) throws IOException {
        var unclear = new TreeSet<String>();
        for (Call call : begun)
            switch (call.name()) {
                case "open", "openat", "unlink", "unlinkat" -> unclear.add(call.path(0));
                case "rename", "renameat", "renameat2" -> unclear.addAll(List.of(call.path(0), call.path(1)));
                case "copy_file_range" -> names.forEach((path, node) -> {
                    if (node == opened(call, 1).file) unclear.add(path);
                });
                default -> {
                    // It names no file, or what it does to its octets is a change under way.
                }
            }
        var paths = new TreeSet<String>();
        names.forEach((path, node) -> {
            if (node instanceof RecordedFile) paths.add(path);
        });
        try (Stream<Path> all = Files.walk(Path.of(root))) {
            all.filter(Files::isRegularFile).forEach(path -> paths.add(path.toString()));
        }
        paths.removeAll(unclear);
        var differences = new ArrayList<String>();
        for (String path : paths) {
            String name = Path.of(root).relativize(Path.of(path)).toString();
            if (!kept.test(name)) continue;
            if (!Files.exists(Path.of(path))) differences.add(name + " is not there");
            else if (!(names.get(path) instanceof RecordedFile file)) differences.add(name + " was not recorded");
            else
                file.difference(Files.readAllBytes(Path.of(path)))
                        .ifPresent(at -> differences.add(name + " is not what was recorded, from octet " + at + " on"));
        }
        return differences;
    }

    private static String parent(String path) { return path.substring(0, path.lastIndexOf('/')); }
}
