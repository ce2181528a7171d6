package org.sternpost.engine.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The folder that `lab/real/install.sh` fills with Debian's servers, and how to run what lies there.
final class RealSoftware {

    private static final String NSS_WRAPPER = "libnss_wrapper.so";

    private final Path folder;

    private RealSoftware(Path folder) { this.folder = folder; }

    static RealSoftware inCache() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return new RealSoftware(Path.of(cache, "sternpost", "real-servers"));
    }

    /// Why the servers cannot run here; empty if they can.
    Optional<String> hindrance() {
        if (!Files.isRegularFile(folder.resolve("versions")))
            return Optional.of(folder + " does not exist; lab/real/install.sh makes it (as root, on Debian)");
        if (!System.getProperty("user.name").equals("root"))
            return Optional.of("Postfix and Exim start only as root, and this is user "
                    + System.getProperty("user.name"));
        return Optional.empty();
    }

    /// `Postfix 3.7.11-0+deb12u1` and so on, as the packages say.
    String versions() throws IOException {
        return Files.readAllLines(folder.resolve("versions")).stream().collect(Collectors.joining(", "));
    }

    Path program(String name) { return folder.resolve("root/usr").resolve(name); }

    /// The variables without which the programs do not find the libraries beside them.
    Map<String, String> environment() throws IOException { return Map.of("LD_LIBRARY_PATH", libraries()); }

    /// The same for a program that insists on accounts which this machine does not have.
    Map<String, String> environment(Path passwd, Path group) throws IOException {
        return Map.of("LD_LIBRARY_PATH", libraries(), "LD_PRELOAD", NSS_WRAPPER, "NSS_WRAPPER_PASSWD",
                passwd.toString(), "NSS_WRAPPER_GROUP", group.toString());
    }

    private String libraries() throws IOException {
        var all = new ArrayList<Path>();
        for (String parent : List.of("root/usr/lib", "root/lib"))
            if (Files.isDirectory(folder.resolve(parent)))
                try (Stream<Path> children = Files.list(folder.resolve(parent))) {
                    children.filter(child -> child.getFileName().toString().contains("-linux-gnu")).forEach(all::add);
                }
        all.add(folder.resolve("root/usr/lib/postfix"));
        all.add(folder.resolve("root/usr/lib"));
        return all.stream().map(Path::toString).collect(Collectors.joining(":"));
    }
}
