package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.net.OwnNetwork;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// Opens sessions with hosts, and remembers those that announce what they cannot do.
public final class SmtpClient {

    private final Timeouts timeouts;
    private final ExtensionMemory broken;
    private final Time time;

    public SmtpClient(Timeouts timeouts, Time time) { this(timeouts, new ExtensionMemory(time), time); }

    private SmtpClient(Timeouts timeouts, ExtensionMemory broken, Time time) {
        this.timeouts = timeouts;
        this.broken = broken;
        this.time = time;
    }

    /// One of another patience that remembers the same of hosts.
    SmtpClient with(Timeouts other) { return new SmtpClient(other, broken, time); }

    public Timeouts timeouts() { return timeouts; }

    /// Connects; the greeting is yet to be read.
    ///
    /// @param source our address for it; empty for the one that the system takes
    /// @param within no more than so much for TCP to stand
    public SmtpSession connect(InetSocketAddress peer, Optional<InetAddress> source, Duration within)
            throws BrokenSessionException {
        Duration patience = within.compareTo(timeouts.connect()) < 0 ? within : timeouts.connect();
        var socket = new Socket();
        try {
            if (source.isPresent()) socket.bind(new InetSocketAddress(source.get(), 0));
            socket.setTcpNoDelay(true);
            ConnectionDeadline.connect(socket, peer, time, TimeLimit.of(time, patience));
            return over(socket, peer);
        } catch (IOException refused) {
            SmtpSession.shut(socket);
            throw new BrokenSessionException(SmtpSession.Stage.Connect,
                    OwnNetwork.isCause(refused, peer)
                            ? BrokenSessionException.Fault.Own
                            : BrokenSessionException.Fault.Connection,
                    refused);
        }
    }

    /// A session over a connection that stands.
    SmtpSession over(Socket connected, InetSocketAddress peer) throws IOException {
        return new SmtpSession(connected, peer, timeouts, broken, time);
    }

    /// The same with as much time for TCP as there is for any host.
    public SmtpSession connect(InetSocketAddress peer, Optional<InetAddress> source) throws BrokenSessionException {
        return connect(peer, source, timeouts.connect());
    }

    /// How long a session waits for its peer.
    ///
    /// @param connect   for TCP to stand
    /// @param banner    for the greeting
    /// @param handshake for the whole TLS handshake
    /// @param command   for the reply to EHLO, MAIL, RCPT, DATA and the like
    /// @param content   for the reply after the final dot
    /// @param transfer  for the whole content to be taken by the peer
    public record Timeouts(Duration connect, Duration banner, Duration handshake, Duration command, Duration content,
            Duration transfer) {

        /// What RFC 5321 §4.5.3.2 asks for.
        public static final Timeouts STANDARD = new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(5),
                Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofHours(1));

        /// The same span for everything.
        public static Timeouts of(Duration span) { return new Timeouts(span, span, span, span, span, span); }
    }

    /// Hosts that announce an extension and fail at it: for a while they are asked without it.
    static final class ExtensionMemory {

        private static final int HOSTS_MAX = 10_000; // the latest are remembered
        private static final Duration REMEMBERED = Duration.ofDays(7);

        private final Time time;
        private final LinkedHashMap<Failed, Instant> failed = new LinkedHashMap<>(); // until when, by the steady clock

        /// What makes round trips fewer.
        enum Extension { PIPELINING, CHUNKING }

        private record Failed(InetSocketAddress host, Extension at) {}

        ExtensionMemory(Time time) { this.time = time; }

        synchronized void failed(InetSocketAddress host, Extension at) {
            var entry = new Failed(host, at);
            failed.remove(entry);
            if (failed.size() >= HOSTS_MAX) failed.pollFirstEntry();
            failed.put(entry, time.steady().plus(REMEMBERED));
        }

        synchronized boolean isTrusted(InetSocketAddress host, Extension with) {
            if (failed.isEmpty()) return true;
            Instant until = failed.get(new Failed(host, with));
            return until == null || !time.steady().isBefore(until);
        }
    }
}
