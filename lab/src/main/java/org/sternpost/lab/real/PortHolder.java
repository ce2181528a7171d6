package org.sternpost.lab.real;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whose the address of a server is before the server starts.
///
/// One that a killed run left behind would go on answering there, alone or in turn with the new one: unbound shares its
/// port with whoever does the same (`SO_REUSEPORT`), and neither says so.
public final class PortHolder {

    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";
    private static final String MAPPED = "0000000000000000FFFF0000"; // ::ffff:0:0/96, as Java's sockets are
    // Fields of a line of /proc/net/tcp (proc(5)).
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int COMMAND_CHARACTERS = 160;

    private PortHolder() {}

    /// @throws IOException when the address cannot be had, with the process that listens there
    public static void refuse(InetSocketAddress address) throws IOException {
        try {
            claim(address).close();
        } catch (BindException taken) {
            throw new IOException(address.getAddress().getHostAddress() + ":" + address.getPort()
                    + " cannot be had: " + taken.getMessage() + "; it is held by " + of(address), taken);
        }
    }

    /// Holds the address until it is closed, against all who come later.
    public static ServerSocket claim(InetSocketAddress address) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true); // ended connections of an earlier server hold nothing
            socket.bind(address);
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
    }

    /// The process that listens there, in words.
    public static String of(InetSocketAddress address) {
        return inode(address).flatMap(PortHolder::process).orElse("a process that cannot be seen");
    }

    private static Optional<String> inode(InetSocketAddress address) {
        String local = "%08X:%04X".formatted(ByteBuffer.wrap(address.getAddress().getAddress())
                .order(ByteOrder.nativeOrder()).getInt(), address.getPort());
        return Stream.of("net/tcp", "net/tcp6").flatMap(table -> lines(PROC.resolve(table)).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > INODE
                        && (fields[LOCAL].equals(local) || fields[LOCAL].equals(MAPPED + local))
                        && fields[STATE].equals(LISTENING))
                .map(fields -> fields[INODE]).findFirst();
    }

    private static Optional<String> process(String inode) {
        var wanted = Path.of("socket:[" + inode + "]");
        return list(PROC).stream().filter(process -> Character.isDigit(process.getFileName().toString().charAt(0)))
                .filter(process -> list(process.resolve("fd")).stream().anyMatch(file -> leadsTo(file, wanted)))
                .map(process -> "process " + process.getFileName() + ": "
                        + command(String.join("", lines(process.resolve("cmdline")))))
                .findFirst();
    }

    private static String command(String words) {
        String text = words.replace('\0', ' ').strip();
        return text.length() <= COMMAND_CHARACTERS ? text : text.substring(0, COMMAND_CHARACTERS) + "...";
    }

    private static boolean leadsTo(Path link, Path wanted) {
        try {
            return Files.readSymbolicLink(link).equals(wanted);
        } catch (IOException closed) {
            return false;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException ended) {
            return List.of();
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (IOException ended) {
            return List.of();
        }
    }
}
