package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.ArrayList;
import java.util.Comparator;

/// What a disk, or a hand, does to files.
final class Damage {

    private Damage() {}

    static void cut(Path file) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(open.length() / 2);
        }
    }

    static void zero(Path file, long from, long length) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(from);
            open.write(new byte[(int) length]);
        }
    }

    static void flip(Path file, long at) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int octet = open.read();
            open.seek(at);
            open.write(octet ^ 1);
        }
    }

    static long find(Path file, String text) throws IOException {
        int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
        assertTrue(at >= 0, text + " is not in " + file);
        return at;
    }

    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(target);
                else if (!Files.exists(target)) Files.copy(file, target);
            }
        }
    }

    static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) return;
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                Files.delete(file);
        }
    }

    /// Copies of the log of the database that were kept aside.
    static Stream<byte[]> keptLogs(Path data) throws IOException {
        var found = new ArrayList<byte[]>();
        try (var files = Files.walk(data.resolve("kept"))) {
            for (Path file : files.filter(one -> one.endsWith("sternpost.db-wal")).toList())
                found.add(Files.readAllBytes(file));
        }
        return found.stream();
    }
}
