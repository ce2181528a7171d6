package org.sternpost.engine.pickup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.store.OwnerOnly;

/// The directory itself: what lies in it, what of it is claimed, what is set aside.
final class PickupPlace implements AutoCloseable {

    /// Of files that are mail; in any case, as Windows writes it.
    static final String MAIL = ".eml";
    static final String ASIDE = ".bad";
    static final String REASON = ".bad.txt";

    private static final String OWN = ".sternpost"; // in it, and for nobody but the engine
    private static final String CLAIM = ".tmp";
    private static final String LOCK = "lock";
    private static final int LISTED_MAX = 10_000; // at one look; those behind come at a later one
    // Two changes so far apart have two times on any file system: one behind a listing shows.
    private static final Duration TOLD_APART = Duration.ofSeconds(2);
    private static final Duration LISTING = Duration.ofMinutes(1); // where a file system tells no change at all
    private static final int NAME_CHARACTERS_MAX = 100; // of 255 octets that a name may have
    private static final int ID_CHARACTERS = 16;

    private static final System.Logger LOG = System.getLogger(PickupPlace.class.getName());

    private final Path directory;
    private final Path own;
    private @Nullable FileChannel lock;
    private @Nullable Listed last;
    private long namesRead;
    private @Nullable Identity proven; // of the directory in which the lock was taken, also after it is let go

    PickupPlace(Path directory) {
        this.directory = directory;
        this.own = directory.resolve(OWN);
    }

    /// A file that may be mail.
    record Entry(Path file, Facts facts) {
        String name() { return file.getFileName().toString(); }
    }

    /// What tells one state of a file from another.
    ///
    /// @param key   its number on its disk; text that changes with it where a system has none
    /// @param links names that it has
    record Facts(Kind kind, long octets, FileTime modified, String key, int links) {}

    /// What tells one directory from another that is given its name.
    private record Identity(String key, UserPrincipal owner) {
        static Identity of(Path directory) throws IOException {
            var facts = Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!facts.isDirectory()) throw new IOException(directory + " is no directory any more");
            return new Identity(String.valueOf(facts.fileKey()), Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS));
        }
    }

    /// Where claimed files lay is no longer what it was.
    static final class ExchangedException extends Exception {
        private static final long serialVersionUID = 1;

        ExchangedException(String why) { super(why); }
    }

    /// @param changed when the directory was, as it says
    /// @param since   when that was first found so
    /// @param at      when it was listed
    private record Listed(FileTime changed, Instant since, Instant at, Seen seen) {

        /// Nothing waited there, and a change since would show.
        boolean tells(FileTime now, Instant when) {
            return changed.equals(now) && seen.mail().isEmpty() && !at.isBefore(since.plus(TOLD_APART))
                    && when.isBefore(at.plus(LISTING));
        }
    }

    enum Kind { File, Link, Directory, Other }

    /// @param aside files that were set aside and lie there still
    record Seen(List<Entry> mail, int aside) {}

    /// A file that is the engine's alone.
    ///
    /// @param name without its ending
    record Claimed(Path file, QueueId id, String name) {}

    /// Why nothing can be picked up there now, with the remedy; empty if it can.
    Optional<String> unfit() {
        Optional<String> why = fault();
        if (why.isPresent()) close();
        return why;
    }

    private Optional<String> fault() {
        String user = System.getProperty("user.name");
        if (!Files.exists(directory))
            return Optional.of("the pickup directory " + directory + " does not exist; make it, so that " + user
                    + ", whom the engine runs as, may write to it");
        if (!Files.isDirectory(directory))
            return Optional.of("the pickup directory " + directory + " is no directory; name one in pickup.directory");
        if (!Files.isReadable(directory) || !Files.isWritable(directory) || !Files.isExecutable(directory))
            return Optional.of("the engine may not take files from the pickup directory " + directory
                    + ": it runs as " + user + "; give that user the right to read and write it");
        try {
            if (everybodyWrites())
                return Optional.of("everybody may write to the pickup directory " + directory
                        + ", so anybody could send mail in any name; nothing is picked up until: chmod o-w "
                        + directory);
            return holds() ? Optional.empty() : prepare();
        } catch (IOException broken) {
            return Optional.of("nothing can be picked up from " + directory + ": " + said(broken));
        }
    }

    private boolean everybodyWrites() throws IOException {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
    }

    /// docs/transport-security.md#intake-pickup-own: whether the directory of that name is the one that was proven.
    private boolean holds() {
        try {
            return lock != null && Identity.of(own).equals(proven);
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=pickup-own-gone why={0}", said(gone));
            return false;
        }
    }

    /// Before each file: whoever may rename the directory may do it at any time.
    void requireHeld() throws ExchangedException {
        if (!holds())
            throw new ExchangedException(own + " was exchanged while files were taken into it: nothing more is taken "
                    + "until the engine has looked whose it is; " + sticky());
    }

    private String sticky() { return "so that nobody exchanges it: chmod +t " + directory; }

    /// Two engines that took from one directory would not know what the other has accepted.
    private Optional<String> prepare() throws IOException {
        close();
        if (Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS))
                throw new IOException(own + " is in the way: the engine keeps there what it takes; move it elsewhere");
            requireOurs();
        }
        OwnerOnly.directory(own);
        Identity now = requireOurs();
        FileChannel file = FileChannel.open(OwnerOnly.file(own.resolve(LOCK)), StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        boolean ours = false;
        try {
            ours = file.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            LOG.log(System.Logger.Level.DEBUG, "event=pickup-locked directory={0}", directory);
        } finally {
            if (!ours) file.close();
        }
        if (!ours)
            return Optional.of("another engine takes files from the pickup directory " + directory
                    + "; give each a directory of its own");
        lock = file;
        Identity before = proven;
        proven = now;
        if (!holds()) throw new IOException(own + " was exchanged while it was looked at; " + sticky());
        return before == null || before.equals(now)
                ? Optional.empty()
                : Optional.of(own + " is another directory than the one in which the engine kept what it took, and is "
                        + "used from now on; if the one before is elsewhere, move its *.tmp into " + own);
    }

    /// Whoever made it first could exchange what is claimed.
    ///
    /// @return what it is known by from now on
    private Identity requireOurs() throws IOException {
        Path probe = Files.createTempFile(directory, OWN + "-owner", ""); // where a dot keeps it from being mail
        try {
            Identity found = Identity.of(own);
            if (!found.owner().equals(Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS)))
                throw new IOException(
                        own + " belongs to " + found.owner().getName() + "; the engine keeps there what it takes: "
                                + "remove it, the engine makes it anew; " + sticky());
            return found;
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    @Override
    public void close() {
        try {
            if (lock != null) lock.close();
        } catch (IOException left) {
            LOG.log(System.Logger.Level.DEBUG, "event=pickup-lock-left why={0}", left.getMessage());
        }
        lock = null;
        last = null;
    }

    /// Files that may be mail, the oldest first. Where many that were set aside lie there and nothing comes, they are
    /// not listed each time.
    ///
    /// @param now on a clock that nobody sets
    Seen look(Instant now) throws IOException {
        FileTime changed = Files.getLastModifiedTime(directory);
        Listed before = last;
        if (before != null && before.tells(changed, now)) return before.seen();
        Instant since = before != null && before.changed().equals(changed) ? before.since() : now;
        Seen seen = list();
        last = new Listed(changed, since, now, seen);
        return seen;
    }

    /// Of all looks.
    long namesRead() { return namesRead; }

    /// Names that begin with a dot are of files on their way.
    private Seen list() throws IOException {
        var mail = new ArrayList<Entry>();
        int aside = 0;
        try (var names = Files.newDirectoryStream(directory)) {
            for (Path file : names) {
                String name = file.getFileName().toString();
                namesRead++;
                if (name.startsWith(".")) continue;
                if (name.endsWith(ASIDE)) aside++;
                if (mail.size() == LISTED_MAX || !name.toLowerCase(Locale.ROOT).endsWith(MAIL)) continue;
                facts(file).ifPresent(facts -> mail.add(new Entry(file, facts)));
            }
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        mail.sort(Comparator.<Entry, FileTime>comparing(one -> one.facts().modified()).thenComparing(Entry::name));
        return new Seen(mail, aside);
    }

    /// Of the name itself: a link is not followed.
    static Optional<Facts> facts(Path file) throws IOException {
        try {
            var facts = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Kind kind = facts.isRegularFile()
                    ? Kind.File
                    : facts.isSymbolicLink() ? Kind.Link : facts.isDirectory() ? Kind.Directory : Kind.Other;
            return Optional.of(new Facts(kind, facts.size(), facts.lastModifiedTime(),
                    String.valueOf(facts.fileKey()), kind == Kind.File ? links(file) : 1));
        } catch (NoSuchFileException _) {
            return Optional.empty(); // whoever wrote it took it away
        }
    }

    private static int links(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) instanceof Integer links
                        ? links
                        : 1;
    }

    /// Makes a file the engine's alone, under the id that its message will have.
    Optional<Claimed> claim(Entry entry, QueueId id) throws IOException, ExchangedException {
        requireHeld();
        String name = plain(entry.name());
        Path claimed = own.resolve(id + "-" + name + CLAIM);
        try {
            Files.move(entry.file(), claimed, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        return Optional.of(new Claimed(claimed, id, name));
    }

    /// What was claimed is so also after a power loss, before anything is accepted: else the file might be there again
    /// under the name it had.
    void sync() {
        try {
            OwnerOnly.syncNames(own);
            OwnerOnly.syncNames(directory);
        } catch (IOException unable) {
            LOG.log(System.Logger.Level.DEBUG, "event=pickup-not-synced why={0}", unable.getMessage());
        }
    }

    /// What was claimed and is still there, by age: it waits, or a crash left it.
    List<Claimed> claimed() throws IOException {
        var found = new ArrayList<Claimed>();
        try (var names = Files.newDirectoryStream(own, "*" + CLAIM)) {
            for (Path file : names) {
                String name = file.getFileName().toString();
                id(name).ifPresent(id -> found.add(new Claimed(file, id,
                        name.substring(ID_CHARACTERS + 1, name.length() - CLAIM.length()))));
                if (found.size() == LISTED_MAX) break;
            }
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        found.sort(Comparator.comparing(Claimed::id));
        return found;
    }

    private static Optional<QueueId> id(String name) {
        if (name.length() <= ID_CHARACTERS + CLAIM.length() || name.charAt(ID_CHARACTERS) != '-')
            return Optional.empty();
        try {
            return Optional.of(new QueueId(name.substring(0, ID_CHARACTERS)));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    void remove(Claimed taken) throws IOException, ExchangedException {
        requireHeld();
        Files.deleteIfExists(taken.file());
    }

    /// Gives a file the name `x.bad`, and says why in `x.bad.txt` beside it; where one of these is there, both get a
    /// name of their own.
    ///
    /// @param name as it was dropped
    /// @return the name it has now
    String setAside(Path file, String name, QueueId fresh, Pickup.Bad bad) throws IOException {
        String base = plain(name);
        if (Files.exists(directory.resolve(base + ASIDE), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(directory.resolve(base + REASON), LinkOption.NOFOLLOW_LINKS))
            base = base + "-" + fresh;
        String why = VisibleText.of(bad.why()) + "\n" + (bad.remedy().isEmpty()
                ? ""
                : VisibleText.of(bad.remedy())
                        + "\n")
                + "Then give it a name that ends with " + MAIL + " again.\n";
        try {
            Files.write(directory.resolve(base + REASON), why.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException _) {
            base = base + "-" + fresh; // and no reason beside it: the log has it
        } catch (IOException full) {
            LOG.log(System.Logger.Level.WARNING, "event=pickup-reason-not-written file=\"{0}\" why=\"{1}\"", base,
                    said(full));
        }
        Files.move(file, directory.resolve(base + ASIDE), StandardCopyOption.ATOMIC_MOVE);
        return base + ASIDE;
    }

    /// What every system and every reader of a log takes for a name, without its ending.
    private static String plain(String name) {
        String base = name.toLowerCase(Locale.ROOT).endsWith(MAIL)
                ? name.substring(0, name.length() - MAIL.length())
                : name;
        var plain = new StringBuilder();
        for (int i = 0; i < Math.min(base.length(), NAME_CHARACTERS_MAX); i++) {
            char c = base.charAt(i);
            boolean kept = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || "._-".indexOf(c) >= 0;
            plain.append(kept ? c : '_');
        }
        return plain.toString();
    }

    /// The JDK's messages of files are often the path alone.
    static String said(IOException broken) {
        return broken.getClass() == IOException.class
                ? String.valueOf(broken.getMessage())
                : broken.getClass().getSimpleName().replace("Exception", "") + " " + broken.getMessage();
    }
}
