package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sternpost.engine.store.journal.Preamble;

/// The segment files in their directory: which there are, and which files there are none.
final class SegmentFiles {

    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.(seg|done)");

    private final Path directory;

    SegmentFiles(Path directory) { this.directory = directory; }

    Path directory() { return directory; }

    Path path(long number) { return path(number, ".seg"); }

    /// The file beside a segment that says who needs its records no more.
    Path done(long number) { return path(number, ".done"); }

    private Path path(long number, String end) {
        String hex = Long.toHexString(number);
        return directory.resolve("0".repeat(16 - hex.length()) + hex + end);
    }

    /// The numbers of all segments.
    SortedSet<Long> numbers() throws IOException { return numbers(".seg"); }

    /// The numbers of all segments that have or had a file beside them.
    SortedSet<Long> withDone() throws IOException { return numbers(".done"); }

    private SortedSet<Long> numbers(String end) throws IOException {
        var numbers = new TreeSet<Long>();
        for (Path file : all())
            if (isOurs(file) && file.getFileName().toString().endsWith(end))
                numbers.add(Long.parseLong(file.getFileName().toString(), 0, 16, 16));
        return numbers;
    }

    /// Whatever else lies here.
    List<Path> strays() throws IOException { return all().stream().filter(file -> !isOurs(file)).toList(); }

    /// Octets of a segment; 0 if there is no such file.
    long length(long number) throws IOException {
        Path path = path(number);
        return Files.isRegularFile(path) ? Files.size(path) : 0;
    }

    /// True if a segment has more than what each one begins with.
    boolean holdsAny(long number) throws IOException {
        long length = length(number);
        if (length != Preamble.OCTETS) return length > 0;
        try (var in = Files.newInputStream(path(number))) {
            return Preamble.read(in.readNBytes(Preamble.OCTETS)).isEmpty();
        }
    }

    /// The first number from here on whose name nothing has.
    long free(long from) {
        long number = from;
        while (Files.exists(path(number), LinkOption.NOFOLLOW_LINKS))
            number++;
        return number;
    }

    /// A new segment, whose name is on the disk; or none at all.
    RandomAccessFile create(long number, Preamble first, Disk disk) throws IOException {
        OwnerOnly.directory(directory);
        var file = new RandomAccessFile(OwnerOnly.file(path(number)).toFile(), "rw");
        try {
            disk.begin(file, first.octets());
            disk.syncNames(directory);
        } catch (IOException failed) {
            file.close();
            remove(number, failed); // or each try at a disk that takes nothing would leave one more
            throw failed;
        }
        return file;
    }

    private void remove(long number, IOException why) {
        try {
            Files.deleteIfExists(path(number));
        } catch (IOException failed) {
            why.addSuppressed(failed);
        }
    }

    /// Removes a segment with the file beside it: that first, since alone it would be nobody's.
    void delete(long number) throws IOException {
        Files.deleteIfExists(done(number));
        Files.deleteIfExists(path(number));
    }

    private List<Path> all() throws IOException {
        var all = new ArrayList<Path>();
        if (!Files.isDirectory(directory)) return all;
        try (var files = Files.newDirectoryStream(directory)) {
            files.forEach(all::add);
        }
        return all;
    }

    private static boolean isOurs(Path file) {
        var name = NAME.matcher(file.getFileName().toString());
        return name.matches() && name.group(1).charAt(0) < '8' && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
