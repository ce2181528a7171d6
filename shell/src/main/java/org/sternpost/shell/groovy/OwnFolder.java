package org.sternpost.shell.groovy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A folder into which nobody but the operator can have put anything, held open: who may rename the folders above it
/// changes nothing of what is read and written through it, though its owner was looked at before.
final class OwnFolder implements AutoCloseable {

    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);

    private final Path path;
    private final SecureDirectoryStream<Path> open;

    private OwnFolder(Path path, SecureDirectoryStream<Path> open) {
        this.path = path;
        this.open = open;
    }

    /// @throws IOException if it is not there, is a link, or others can have put something into it
    static OwnFolder open(Path path) throws IOException {
        try (DirectoryStream<Path> above = Files.newDirectoryStream(path.getParent())) {
            if (!(above instanceof SecureDirectoryStream<Path> secure))
                throw new IOException("this system holds no folder open");
            var folder = new OwnFolder(path, secure.newDirectoryStream(path.getFileName(), LinkOption.NOFOLLOW_LINKS));
            try {
                folder.refuseOthers(folder.open.getFileAttributeView(PosixFileAttributeView.class).readAttributes());
                return folder;
            } catch (IOException foreign) {
                folder.close();
                throw foreign;
            }
        }
    }

    private void refuseOthers(PosixFileAttributes facts) throws IOException {
        var operator = path.getFileSystem().getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name", ""));
        if (!facts.owner().equals(operator) || facts.permissions().stream().anyMatch(OTHERS::contains))
            throw new AccessDeniedException(path + " is not the operator's alone");
    }

    /// @throws IOException if it is not there, is no file, has more octets, or others can have put or changed it
    byte[] content(Path name, long octetsMax) throws IOException {
        PosixFileAttributes facts = view(name).readAttributes();
        refuseOthers(facts);
        if (!facts.isRegularFile() || facts.size() > octetsMax) throw new IOException(name + " is none of ours");
        try (SeekableByteChannel file = open.newByteChannel(name,
                Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                var in = Channels.newInputStream(file)) {
            var content = new ByteArrayOutputStream((int) facts.size());
            in.transferTo(content);
            return content.toByteArray();
        }
    }

    /// Puts a file there, for its owner alone, whole or not at all; it takes the place of one of that name.
    ///
    /// @param part the name that it has until it is whole
    void put(Path name, Path part, byte[] content) throws IOException {
        try {
            try (SeekableByteChannel file = open.newByteChannel(part,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                for (var rest = ByteBuffer.wrap(content); rest.hasRemaining();)
                    file.write(rest);
            }
            open.move(part, open, name);
        } catch (IOException full) {
            remove(part);
            throw full;
        }
    }

    Instant changed(Path name) throws IOException { return view(name).readAttributes().lastModifiedTime().toInstant(); }

    void change(Path name, Instant when) throws IOException { view(name).setTimes(FileTime.from(when), null, null); }

    /// All that is in it; can be asked once.
    List<Path> names() throws IOException {
        var names = new ArrayList<Path>();
        try {
            for (Path one : open)
                names.add(one.getFileName());
        } catch (DirectoryIteratorException broken) {
            throw broken.getCause();
        }
        return names;
    }

    /// Without a word where that cannot be done.
    void remove(Path name) {
        try {
            open.deleteFile(name);
        } catch (IOException stays) {
            // It counts among those that are removed when there are too many.
        }
    }

    private PosixFileAttributeView view(Path name) {
        return open.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void close() throws IOException { open.close(); }
}
