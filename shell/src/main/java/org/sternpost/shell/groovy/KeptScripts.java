package org.sternpost.shell.groovy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.time.Time;

/// Scripts that were compiled, in the operator's cache directory, so that the next run of the same text need not.
///
/// What is kept was checked when it was compiled, so it is found by all that the checks depend on: text, name, what the
/// session knows, the JDK and each jar of the program. What lies there runs with the operator's rights: a file counts
/// only if nobody but the operator can have put or changed it, and if it is whole. Whatever is wrong with a file or the
/// directory, the script is compiled as ever.
final class KeptScripts {

    private static final int FILES_MAX = 100;
    private static final long FILE_OCTETS_MAX = 4L << 20; // a script of 5,000 lines has a tenth of that
    private static final int CLASSES_MAX = 10_000;
    private static final Duration USED_LATELY = Duration.ofDays(1); // a run a day keeps one among the youngest
    private static final String SUFFIX = ".script";
    private static final byte[] FORMAT = "sternpost script 1\n".getBytes(StandardCharsets.US_ASCII);

    private final Path directory;
    private final String program;
    private final Time time;

    /// @param program what the classes are made for, save the script itself
    KeptScripts(Path directory, String program, Time time) {
        this.directory = directory;
        this.program = program;
        this.time = time;
    }

    /// Empty where nothing can be kept: a system without owners of files, or a program that is not in jars, whose
    /// classes may change without a word.
    static Optional<KeptScripts> of(Map<String, String> environment, Time time) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        if (cache.isEmpty() && home.isEmpty()) return Optional.empty();
        Path base = cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
        if (!base.isAbsolute() || !base.getFileSystem().supportedFileAttributeViews().contains("posix"))
            return Optional.empty();
        return program(System.getProperty("java.class.path"))
                .map(program -> new KeptScripts(base.resolve("sternpost").resolve("scripts"), program, time));
    }

    /// The JDK and each jar, by name, size and date.
    static Optional<String> program(String classPath) {
        var all = new StringBuilder(Runtime.version().toString());
        for (String entry : classPath.split(java.io.File.pathSeparator))
            try {
                Path jar = Path.of(entry);
                var facts = Files.readAttributes(jar, java.nio.file.attribute.BasicFileAttributes.class);
                if (!facts.isRegularFile()) return Optional.empty();
                all.append('\n').append(jar.toAbsolutePath()).append(' ').append(facts.size()).append(' ')
                        .append(facts.lastModifiedTime().toMillis());
            } catch (IOException gone) {
                return Optional.empty();
            }
        return Optional.of(all.toString());
    }

    /// What the checks of a compilation depend on, as one name.
    ///
    /// @param known names of the session that a script may use undeclared
    String key(String text, String file, List<String> known) {
        MessageDigest digest = sha256();
        for (String part : List.of(program, file, String.join("\n", known), text)) {
            byte[] octets = part.getBytes(StandardCharsets.UTF_8);
            digest.update(new byte[]{(byte) (octets.length >> 24), (byte) (octets.length >> 16),
                    (byte) (octets.length >> 8), (byte) octets.length});
            digest.update(octets);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Empty if it was not kept, or what was is not to be trusted.
    Optional<CompiledScript> find(String key) {
        try (var folder = OwnFolder.open(directory)) {
            Path file = Path.of(key + SUFFIX);
            CompiledScript script = read(folder.content(file, FILE_OCTETS_MAX));
            Instant now = time.instant();
            if (folder.changed(file).plus(USED_LATELY).isBefore(now)) folder.change(file, now);
            return Optional.of(script);
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    /// Keeps a script as well as it can, and the directory within its bounds.
    void keep(String key, CompiledScript script) {
        try {
            byte[] content = write(script);
            if (content.length > FILE_OCTETS_MAX) return;
            Files.createDirectories(directory.getParent());
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS))
                Files.createDirectory(directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (var folder = OwnFolder.open(directory)) {
                folder.put(Path.of(key + SUFFIX), Path.of(Long.toHexString(time.random().nextLong()) + ".part"),
                        content);
                removeOldest(folder);
            }
        } catch (IOException full) {
            return; // The next run compiles, as this one did.
        }
    }

    private static void removeOldest(OwnFolder folder) throws IOException {
        List<Path> files = folder.names();
        if (files.size() <= FILES_MAX) return;
        var ages = new HashMap<Path, Instant>();
        for (Path file : files)
            ages.put(file, folder.changed(file));
        files.sort(Comparator.comparing(ages::get));
        files.subList(0, files.size() - FILES_MAX).forEach(folder::remove);
    }

    private static byte[] write(CompiledScript script) throws IOException {
        var body = new ByteArrayOutputStream();
        var out = new DataOutputStream(body);
        out.writeUTF(script.main());
        out.writeInt(script.classes().size());
        for (var each : script.classes().entrySet()) {
            out.writeUTF(each.getKey());
            out.writeInt(each.getValue().length);
            out.write(each.getValue());
        }
        var whole = new ByteArrayOutputStream();
        whole.write(FORMAT);
        whole.write(sha256().digest(body.toByteArray()));
        body.writeTo(whole);
        return whole.toByteArray();
    }

    /// @throws IOException if it is not whole
    private static CompiledScript read(byte[] whole) throws IOException {
        int sum = sha256().getDigestLength();
        int start = FORMAT.length + sum;
        if (whole.length < start || !Arrays.equals(whole, 0, FORMAT.length, FORMAT, 0, FORMAT.length))
            throw new IOException("no kept script");
        byte[] body = Arrays.copyOfRange(whole, start, whole.length);
        if (!Arrays.equals(whole, FORMAT.length, start, sha256().digest(body), 0, sum))
            throw new IOException("a damaged script");
        var in = new DataInputStream(new ByteArrayInputStream(body));
        String main = in.readUTF();
        int count = in.readInt();
        if (count < 1 || count > CLASSES_MAX) throw new IOException("no classes");
        var classes = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > in.available()) throw new IOException("a class that is cut");
            classes.put(name, in.readNBytes(length));
        }
        return new CompiledScript(main, classes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // Every JDK has it.
        }
    }
}
