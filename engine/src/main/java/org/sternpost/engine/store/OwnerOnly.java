package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/// Directories and files for nobody but their owner, whatever the umask: in them is everybody's mail.
///
/// A system without POSIX permissions is left to its administrator.
public final class OwnerOnly {

    private static final System.Logger LOG = System.getLogger(OwnerOnly.class.getName());
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final boolean POSIX = java.nio.file.FileSystems.getDefault().supportedFileAttributeViews()
            .contains("posix");

    private OwnerOnly() {}

    /// Makes a directory whose name is on the disk, or closes one that others may look into.
    ///
    /// @throws IOException in words with a remedy if others may have put files there, or it cannot be closed
    public static Path directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            var made = new ArrayList<Path>();
            for (Path one = directory.toAbsolutePath(); one != null && !Files.exists(one); one = one.getParent())
                made.add(one);
            try {
                Files.createDirectories(directory, attributes(DIRECTORY));
                for (Path one : made)
                    syncNames(Objects.requireNonNull(one.getParent())); // the root of all exists
            } catch (FileAlreadyExistsException inTheWay) {
                throw new IOException(directory + " is in the way: a directory belongs there; move it elsewhere",
                        inTheWay);
            }
            close(directory, DIRECTORY);
            return directory;
        }
        if (POSIX && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE))
            throw new IOException("everybody may write to the directory " + directory + ", so what lies in it may be "
                    + "anybody's; give the engine a dataDirectory of its own, or: chmod 700 " + directory);
        if (close(directory, DIRECTORY)) tell("directory", directory);
        return directory;
    }

    /// A new name is durable only after its directory is; systems that cannot open a directory do it by themselves.
    public static void syncNames(Path directory) throws IOException {
        if (!POSIX) return;
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Makes an empty file where there is none.
    ///
    /// @throws FileAlreadyExistsException if there is one
    public static Path newFile(Path file) throws IOException { return Files.createFile(file, attributes(FILE)); }

    /// Makes an empty file, or closes one that others may read.
    public static Path file(Path file) throws IOException {
        try {
            Files.createFile(file, attributes(FILE));
            close(file, FILE);
        } catch (FileAlreadyExistsException already) {
            if (!Files.isRegularFile(file))
                throw new IOException(file + " is in the way: a file belongs there; move it elsewhere", already);
            if (close(file, FILE)) tell("file", file);
        }
        return file;
    }

    /// Closes what an older version left open to others below a directory.
    ///
    /// @param names of files and directories in it; what is missing is passed over, what else lies there left alone
    static void below(Path directory, List<String> names) throws IOException {
        for (String name : names)
            close(directory.resolve(name), OwnerOnly::tell);
    }

    /// The same for what a foreign library has just written, which is nothing to tell.
    static void belowSilently(Path directory, String name) throws IOException {
        close(directory.resolve(name), (_, _) -> {});
    }

    private static void close(Path top, BiConsumer<String, Path> closed) throws IOException {
        if (!POSIX || !Files.exists(top, LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) throws IOException {
                if (close(folder, DIRECTORY)) closed.accept("directory", folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes facts) throws IOException {
                if (facts.isRegularFile() && close(file, FILE)) closed.accept("file", file);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return POSIX
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /// @return true if others had been let in
    private static boolean close(Path path, Set<PosixFilePermission> wanted) throws IOException {
        if (!POSIX) return false;
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(path);
        if (found.equals(wanted)) return false;
        try {
            Files.setPosixFilePermissions(path, wanted);
        } catch (FileSystemException refused) {
            throw new IOException(path + " has the permissions " + PosixFilePermissions.toString(found)
                    + ", so others read mail there, and the engine cannot change them: it runs as "
                    + System.getProperty("user.name") + " and that belongs to " + Files.getOwner(path).getName()
                    + "; as root: chown -R " + System.getProperty("user.name") + " " + path, refused);
        }
        return !wanted.containsAll(found);
    }

    private static void tell(String what, Path path) {
        LOG.log(System.Logger.Level.WARNING, "event=closed-to-others {0}={1} why=\"others could read it, and with it "
                + "mail\"", what, path);
    }
}
