package org.sternpost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Debian's Postfix and unbound in the folder that `lab/real/install.sh` fills, and how to run what lies there.
record Software(Path folder) {

    static Software inCache() throws IOException {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        var software = new Software(Path.of(cache, "sternpost", "real-servers"));
        if (!Files.isRegularFile(software.folder.resolve("versions")))
            throw new IOException(software.folder + " does not exist; lab/real/install.sh makes it (as root, on "
                    + "Debian)");
        return software;
    }

    /// `postfix 3.7.11-0+deb12u1` and so on.
    String version(String of) throws IOException {
        return Files.readAllLines(folder.resolve("versions")).stream().filter(line -> line.startsWith(of + " "))
                .findFirst().orElse(of);
    }

    Path program(String name) { return folder.resolve("root/usr").resolve(name); }

    Path share(String name) { return folder.resolve("root/usr/share").resolve(name); }

    /// The variables without which the programs do not find the libraries beside them.
    Map<String, String> environment() throws IOException {
        var all = new ArrayList<Path>();
        for (String parent : List.of("root/usr/lib", "root/lib"))
            if (Files.isDirectory(folder.resolve(parent)))
                try (Stream<Path> children = Files.list(folder.resolve(parent))) {
                    children.filter(child -> child.getFileName().toString().contains("-linux-gnu")).forEach(all::add);
                }
        all.add(folder.resolve("root/usr/lib/postfix"));
        all.add(folder.resolve("root/usr/lib"));
        return Map.of("LD_LIBRARY_PATH", all.stream().map(Path::toString).collect(Collectors.joining(":")));
    }
}
