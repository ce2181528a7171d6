package org.sternpost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kind of file system under a folder, from the kernel's own table: on one in memory a sync costs nothing.
final class Disk {

    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;

    private Disk() {}

    static String of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        String best = "";
        String kind = "unknown";
        for (String line : Files.readAllLines(TABLE)) {
            String[] halves = line.split(" - ", 2);
            String point = halves[0].split(" ")[MOUNT_POINT];
            if (halves.length == 2 && real.startsWith(point) && point.length() >= best.length()) {
                best = point;
                kind = halves[1].split(" ")[0];
            }
        }
        return kind.equals("tmpfs") ? "tmpfs (NO DISK: syncs cost nothing here)" : kind;
    }
}
