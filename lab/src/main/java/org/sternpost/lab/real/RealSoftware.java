package org.sternpost.lab.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The folder that `lab/real/install.sh` fills with Debian's servers, and how to run what lies there.
public final class RealSoftware {

    private static final String NSS_WRAPPER = "libnss_wrapper.so";

    private final Path folder;

    private RealSoftware(Path folder) { this.folder = folder; }

    public static RealSoftware inCache() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
        return new RealSoftware(Path.of(cache, "sternpost", "real-servers"));
    }

    /// For who cannot do without: fails if the servers cannot run here.
    public static RealSoftware ready() throws IOException {
        var software = inCache();
        var hindrance = software.hindrance();
        if (hindrance.isPresent()) throw new IOException(hindrance.get());
        return software;
    }

    /// The program that writes down the system calls of another: the machine's own, or the one that is unpacked beside
    /// the servers.
    public static Optional<String> strace() {
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(Path::of),
                Stream.of(inCache().folder.resolveSibling("tools/root/usr/bin")))
                .map(folder -> folder.resolve("strace")).filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    /// Why the servers cannot run here; empty if they can.
    public Optional<String> hindrance() {
        if (!Files.isRegularFile(folder.resolve("versions")))
            return Optional.of(folder + " does not exist; lab/real/install.sh makes it (as root, on Debian)");
        if (!System.getProperty("user.name").equals("root"))
            return Optional.of("Postfix and Exim start only as root, and this is user "
                    + System.getProperty("user.name"));
        return Optional.empty();
    }

    /// `postfix 3.7.11-0+deb12u1` and so on, one a package.
    public List<String> versions() throws IOException { return Files.readAllLines(folder.resolve("versions")); }

    /// The one of a package.
    public String version(String of) throws IOException {
        return versions().stream().filter(line -> line.startsWith(of + " ")).findFirst().orElse(of);
    }

    public Path program(String name) { return folder.resolve("root/usr").resolve(name); }

    /// The variables without which the programs do not find the libraries beside them.
    public Map<String, String> environment() throws IOException { return Map.of("LD_LIBRARY_PATH", libraries()); }

    /// The same for a program that insists on accounts which this machine does not have.
    public Map<String, String> environment(Path passwd, Path group) throws IOException {
        var all = new HashMap<>(environment());
        all.putAll(Map.of("LD_PRELOAD", NSS_WRAPPER, "NSS_WRAPPER_PASSWD", passwd.toString(), "NSS_WRAPPER_GROUP",
                group.toString()));
        return all;
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
