package org.sternpost.engine.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sternpost.lab.real.RealSoftware;

/// One mail host in clear text at a real server, with settings of a test's own.
public final class SmallReceiver implements AutoCloseable {

    private final Receiver receiver;
    private final InetSocketAddress address;
    private final Path log;
    private final Pattern accepted; // with the client's port
    private final String timeout;

    private SmallReceiver(Receiver receiver, InetSocketAddress address, Path log, String accepted, String timeout) {
        this.receiver = receiver;
        this.address = address;
        this.log = log;
        this.accepted = Pattern.compile(accepted);
        this.timeout = timeout;
    }

    /// @param settings lines of Postfix's main.cf
    public static SmallReceiver postfix(Path directory, String settings) throws Exception {
        var host = host(directory);
        var postfix = RealPostfix.start(RealSoftware.inCache(), directory, List.of(host),
                "smtpd_client_port_logging = yes\n" + settings);
        return new SmallReceiver(postfix, host.address(), directory.resolve("mail.log"), ": client=[^ ]*]:(\\d+)",
                ": timeout after ");
    }

    /// @param settings lines of the main part of Exim's configuration
    public static SmallReceiver exim(Path directory, String settings) throws Exception {
        var host = host(directory);
        var exim = RealExim.start(RealSoftware.inCache(), directory, List.of(host),
                "log_selector = +incoming_port\nsmtp_accept_queue_per_connection = 0\n" + settings);
        return new SmallReceiver(exim, host.address(), directory.resolve("log/mainlog"), " <= .*]:(\\d+)",
                "SMTP command timeout on connection");
    }

    public InetSocketAddress address() { return address; }

    /// How many messages it keeps.
    public long kept() {
        long kept = 0;
        // A maildir of its own, or one for all recipients; only what has arrived is looked at.
        for (String folder : List.of("new", "all/new"))
            kept += files(receiver.mail().resolve(folder));
        return kept;
    }

    private static long files(Path folder) {
        if (!Files.isDirectory(folder)) return 0;
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Sessions that brought a message.
    public long sessions() {
        return lines().map(accepted::matcher).filter(Matcher::find).map(found -> found.group(1)).distinct().count();
    }

    /// Sessions that it ended because nothing was said in them.
    public long timeouts() { return lines().filter(line -> line.contains(timeout)).count(); }

    private Stream<String> lines() {
        try {
            return Files.exists(log) ? Files.readAllLines(log).stream() : Stream.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() { receiver.close(); }

    private static Receiver.Listener host(Path directory) throws Exception {
        // The receivers' own accounts must get at their folders below.
        for (Path above = directory; above != null; above = above.getParent())
            if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE))
                Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwx--x--x"));
        var net = RealNet.free();
        return new Receiver.Listener(net.at(net.mailHost(201, 1), net.smtpPort()), RealHost.Offer.CLEAR, directory,
                true);
    }
}
