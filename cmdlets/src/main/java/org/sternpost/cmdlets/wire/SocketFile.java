package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/// The socket's place in the file system; its permissions decide who may manage the engine.
final class SocketFile {

    private static final int PATH_OCTETS_MAX = 107; // sun_path of Linux without its final NUL
    private static final String NURSERY = ".wire"; // where the socket is born, closed to others

    private SocketFile() {}

    /// Listens at a path for its owner alone: the socket comes to its place only after its mode is set.
    ///
    /// @throws IOException if an engine answers there already, or something else than a socket is there
    static ServerSocketChannel listen(Path path) throws IOException {
        Path place = path.toAbsolutePath();
        refuseLongPath(place);
        removeStale(place);
        Path nursery = place.resolveSibling(NURSERY);
        Path born = nursery.resolve("s");
        refuseLongPath(born);
        Files.deleteIfExists(born);
        Files.deleteIfExists(nursery);
        Files.createDirectory(nursery,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(born));
            Files.setPosixFilePermissions(born, PosixFilePermissions.fromString("rw-------"));
            Files.move(born, place, StandardCopyOption.ATOMIC_MOVE);
            return server;
        } catch (IOException failed) {
            server.close();
            throw failed;
        } finally {
            Files.deleteIfExists(born);
            Files.deleteIfExists(nursery);
        }
    }

    /// Connects to the engine that listens at a path.
    static SocketChannel connect(Path path) throws IOException {
        Path place = path.toAbsolutePath();
        refuseLongPath(place);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS))
            throw new IOException("no engine has its socket at " + place + "; is it running?");
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(place));
        } catch (IOException refused) {
            throw new IOException("no engine answers at " + place + ": " + refused.getMessage(), refused);
        }
    }

    private static void removeStale(Path place) throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) return;
        if (!Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther())
            throw new IOException(place + " is no socket; it is left alone");
        try (var answered = SocketChannel.open(UnixDomainSocketAddress.of(place))) {
            throw new AnsweredException("an engine answers at " + answered.getRemoteAddress() + " already");
        } catch (AnsweredException running) {
            throw running;
        } catch (IOException nobody) {
            Files.deleteIfExists(place);
        }
    }

    private static void refuseLongPath(Path path) throws IOException {
        int octets = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (octets > PATH_OCTETS_MAX)
            throw new IOException("the path of the socket has " + octets + " octets, the system allows "
                    + PATH_OCTETS_MAX + ": " + path);
    }

    /// Somebody is there; unlike other trouble this does not mean that the file is stale.
    private static final class AnsweredException extends IOException {
        private static final long serialVersionUID = 1L;

        AnsweredException(String message) { super(message); }
    }
}
