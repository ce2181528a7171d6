package org.sternpost.engine.dkim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.OwnerOnly;

/// The keys this gateway signs with: one PEM file each, in a directory that only its owner may enter.
public final class DkimKeys {

    private static final System.Logger LOG = System.getLogger(DkimKeys.class.getName());
    private static final String MIDDLE = "._domainkey."; // RFC 6376 §3.6.2.1
    private static final String SUFFIX = ".pem";
    private static final long FILE_OCTETS_MAX = 16_384; // an RSA key of 8192 bits takes 6,400
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE);

    private final Path directory;

    public DkimKeys(Path directory) { this.directory = directory; }

    /// A key that is kept here.
    ///
    /// @param made when its file was written
    public record Held(DkimSigner signer, Instant made) {

        /// Where its TXT record belongs, `s1._domainkey.example.org`.
        public String dnsName() { return name(signer.domain(), signer.selector()); }

        /// True if the signature may speak for an address of this domain: its own, or one below it.
        public boolean speaksFor(Domain domain) {
            return domain.equals(signer.domain()) || domain.ascii().endsWith("." + signer.domain());
        }
    }

    /// By domain, the newest of a domain first. A file that others may read, or that holds no key, is left out and
    /// told of in the log.
    public List<Held> all() throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        var found = new ArrayList<Held>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList())
                read(file).ifPresent(found::add);
        }
        found.sort(Comparator.comparing((Held key) -> key.signer().domain()).thenComparing(Held::made,
                Comparator.reverseOrder()));
        return List.copyOf(found);
    }

    public Optional<Held> find(Domain domain, String selector) throws IOException {
        return all().stream().filter(key -> key.signer().domain().equals(domain)
                && key.signer().selector().equalsIgnoreCase(selector)).findFirst();
    }

    /// Writes a key; file and name are on the disk when this returns.
    ///
    /// @throws FileAlreadyExistsException if the selector has one: a published key is never written over
    public Held keep(DkimSigner signer) throws IOException {
        Path file = OwnerOnly.directory(directory).resolve(name(signer.domain(), signer.selector()) + SUFFIX);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(file, options, attributes(OWNER_ONLY))) {
            write(channel, signer.key().pem().getBytes(StandardCharsets.US_ASCII));
            OwnerOnly.syncNames(directory);
        } catch (FileAlreadyExistsException published) {
            throw published;
        } catch (IOException full) {
            Files.deleteIfExists(file); // a part of a key would keep its selector from any other
            throw full;
        }
        return new Held(signer, Files.getLastModifiedTime(file).toInstant());
    }

    private static void write(FileChannel channel, byte[] octets) throws IOException {
        var left = ByteBuffer.wrap(octets);
        while (left.hasRemaining())
            channel.write(left);
        channel.force(true);
    }

    /// Removes a key; it does not come back when this has returned.
    ///
    /// @return true if there was one
    public boolean remove(Domain domain, String selector) throws IOException {
        boolean there = Files.deleteIfExists(directory.resolve(name(domain, selector) + SUFFIX));
        if (there) OwnerOnly.syncNames(directory);
        return there;
    }

    /// The owner name of a key's TXT record (RFC 6376 §3.6.2.1).
    ///
    /// @throws IllegalArgumentException if that is too long for a name
    public static String name(Domain domain, String selector) { return Domain.of(selector + MIDDLE + domain).ascii(); }

    private static Optional<Held> read(Path file) throws IOException {
        String name = file.getFileName().toString();
        int middle = name.indexOf(MIDDLE);
        try {
            if (middle < 1) throw new IllegalArgumentException("its name is not SELECTOR" + MIDDLE + "DOMAIN.pem");
            if (isPosix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file)))
                throw new IllegalArgumentException("others may read it; chmod 600, or better make a new key");
            if (Files.size(file) > FILE_OCTETS_MAX) throw new IllegalArgumentException("it is too long for a key");
            var domain = Domain.of(name.substring(middle + MIDDLE.length(), name.length() - SUFFIX.length()));
            var key = DkimKey.fromPem(Files.readString(file, StandardCharsets.US_ASCII));
            return Optional.of(new Held(new DkimSigner(domain, name.substring(0, middle), key),
                    Files.getLastModifiedTime(file).toInstant()));
        } catch (IllegalArgumentException bad) {
            LOG.log(System.Logger.Level.WARNING, "event=dkim-key-unusable file={0} why=\"{1}\"", file,
                    bad.getMessage());
            return Optional.empty();
        }
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return isPosix()
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
