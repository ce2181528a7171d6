package org.sternpost.engine.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Handshake.Offer;
import org.sternpost.engine.tls.Requirement;

/// Calls one address of one host, up to the point where mail could be sent.
final class Dialer {

    private static final Duration HANGS = Duration.ofMinutes(1); // a call cut short before that says nothing

    private final Handshake handshake;
    private final String hostName;
    private final SmtpClient client;
    private final HangingAddresses hanging;
    private final Time time;

    Dialer(Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        this.handshake = handshake;
        this.hostName = hostName;
        this.client = new SmtpClient(timeouts, time);
        this.hanging = new HangingAddresses(timeouts.banner(), time);
        this.time = time;
    }

    /// Addresses that rest are called again.
    void callAgain() { hanging.forget(); }

    /// A call for mail: within what is left of the attempt's time, and not where no answer came lately.
    ///
    /// @param clear    do not try STARTTLS: it has failed on this host and nothing requires it
    /// @param openBy   when the attempt must have come to its first MAIL
    /// @param patience how long to wait for the first answer of an address that others wait for too
    Connection call(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear,
            Instant openBy, Duration patience) {
        // A call in clear goes on where one just ended at STARTTLS.
        if (clear) hanging.resume(peer);
        else
            switch (hanging.begin(peer, patience)) {
                case HangingAddresses.Leave.Granted() -> {
                }
                case HangingAddresses.Leave.Resting(var tried, var again) -> {
                    return Connection.none(
                            new ConnectResult.Trouble(FailurePolicy.resting(asked, peer, tried, again)));
                }
                case HangingAddresses.Leave.Busy() -> {
                    return Connection.none(new ConnectResult.Trouble(FailurePolicy.busy(asked, peer)));
                }
            }
        Instant began = time.instant();
        boolean hung = false;
        try {
            Tried tried = dial(connector, peer, asked, clear, openBy);
            hung = tried.hung();
            return tried.made();
        } finally {
            hanging.ended(peer, began, hung);
        }
    }

    /// A call without mail, however long the host takes.
    Connection dial(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear) {
        return dial(connector, peer, asked, clear, Instant.MAX).made();
    }

    private Tried dial(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear,
            Instant openBy) {
        Tried usual = dial(connector, peer, asked, clear, Offer.Usual, openBy);
        if (!usual.again()) return usual;
        // RFC 7435 §3: encryption wherever any is to be had; what a host ended may go well with other settings.
        Connection wide = dial(connector, peer, asked, clear, Offer.Wide, openBy).made();
        if (wide.seen() instanceof ConnectResult.Secured) return new Tried(wide, false, false);
        wide.quit();
        // What trouble of our own kept the host from taking is not the host's refusal.
        return wide.seen() instanceof ConnectResult.Broken(var why, _) && why.isLocal()
                ? new Tried(wide, false, false)
                : usual;
    }

    /// @param again a handshake failed that other settings may save
    /// @param hung  the host gave no answer in time where STARTTLS had no part in it
    private record Tried(Connection made, boolean again, boolean hung) {
        static Tried trouble(FailurePolicy.Said what, boolean hung) {
            return new Tried(Connection.none(new ConnectResult.Trouble(what)), false, hung);
        }
    }

    /// @param again as above
    private record Greeted(ConnectResult seen, boolean again) {
        Greeted(ConnectResult seen) { this(seen, false); }
    }

    private Tried dial(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear,
            Offer offer, Instant openBy) {
        SmtpSession session;
        Instant now = time.instant();
        if (!now.isBefore(openBy))
            return Tried.trouble(FailurePolicy.outOfTime(asked), false);
        try {
            session = client.connect(peer, source(connector),
                    openBy.equals(Instant.MAX) ? client.timeouts().connect() : Duration.between(now, openBy));
        } catch (IOException refused) {
            return Tried.trouble(FailurePolicy.broken(asked, refused), isLate(refused));
        }
        Tried tried;
        var whole = ConnectionDeadline.over(session.socket(), time, openBy);
        try (whole) {
            var greeted = greet(session, connector, asked, clear, offer);
            tried = new Tried(new Connection(greeted.seen(),
                    greeted.seen().stands() ? Optional.of(session) : Optional.empty()), greeted.again(), false);
        } catch (IOException broken) {
            tried = Tried.trouble(FailurePolicy.broken(asked, broken), isLate(broken));
        }
        // What the end of our time broke says nothing of the host's TLS.
        if (whole.expired())
            tried = Tried.trouble(FailurePolicy.outOfTime(asked),
                    !session.triedTls() && Duration.between(now, time.instant()).compareTo(HANGS) >= 0);
        if (!tried.made().seen().stands()) session.close();
        return tried;
    }

    private static boolean isLate(IOException broken) { return broken.getCause() instanceof SocketTimeoutException; }

    private Greeted greet(SmtpSession session, OutboundConnector connector, Requirement asked, boolean clear,
            Offer offer) throws IOException {
        String fqdn = connector.connection().fqdn();
        String name = fqdn == null ? hostName : fqdn;
        Reply banner = session.banner();
        if (banner.code() != 220) return new Greeted(unwilling(asked, Stage.Banner, banner));
        Reply hello = session.hello(name, !asked.needsTls());
        if (!hello.accepts()) return new Greeted(unwilling(asked, Stage.Hello, hello));
        if (clear || !session.offers("STARTTLS"))
            return new Greeted(inClear(session, Optional.empty()));
        Reply start;
        try {
            start = session.startTls();
        } catch (BrokenSessionException broken) {
            var why = FailurePolicy.brokenStartTls(asked.host(), broken);
            if (why.isEmpty()) throw broken;
            return new Greeted(new ConnectResult.Broken(why.get(), session.localAddress()));
        }
        if (FailurePolicy.closes(start))
            return new Greeted(new ConnectResult.LeftAtStartTls(start, session.localAddress()));
        // RFC 3207 §4: only 220 starts TLS.
        if (start.code() != 220) return new Greeted(inClear(session, Optional.of(start)));
        return switch (shaken(session, asked, offer)) {
            case Handshake.Result.Secured tls -> new Greeted(secured(session, name, asked, tls));
            case Handshake.Result.Broken(var why, var again) ->
                new Greeted(new ConnectResult.Broken(why, session.localAddress()), again);
        };
    }

    private static ConnectResult inClear(SmtpSession session, Optional<Reply> refusal) {
        return new ConnectResult.InClear(refusal, session.keywords(), session.localAddress());
    }

    /// The whole handshake within its time, however many octets the host makes of it.
    private Handshake.Result shaken(SmtpSession session, Requirement asked, Offer offer) {
        var limit = ConnectionDeadline.over(session.socket(), time, time.instant().plus(client.timeouts().handshake()));
        try (limit) {
            Handshake.Result result = handshake.over(session.socket(), asked, client.timeouts().handshake(), offer);
            return result instanceof Handshake.Result.Broken && limit.expired()
                    ? new Handshake.Result.Broken(handshake.failure(asked, new IOException(
                            "the host did not finish it within " + client.timeouts().handshake().toSeconds() + " s")))
                    : result;
        }
    }

    private ConnectResult secured(SmtpSession session, String name, Requirement asked,
            Handshake.Result.Secured tls) throws IOException {
        try {
            session.secured(tls.socket());
            Reply hello = session.hello(name, false);
            return hello.accepts()
                    ? new ConnectResult.Secured(tls.proofs(), session.keywords(), session.localAddress())
                    : unwilling(asked, Stage.Hello, hello);
        } catch (BrokenSessionException broken) {
            // RFC 8446 §2: in TLS 1.3 a refusal may arrive after we think the handshake done.
            if (broken.getCause() instanceof SSLException alert)
                return new ConnectResult.Broken(handshake.failure(asked, alert), session.localAddress());
            // The alert of a host that closes at once is lost to a reset; what it means is the same.
            if (tls.proofs().facts().protocol().equals("TLSv1.3") && isLeft(broken.getCause()))
                return new ConnectResult.Broken(handshake.failure(asked,
                        new IOException("the host left without an answer once the handshake was done")),
                        session.localAddress());
            throw broken;
        }
    }

    private static boolean isLeft(@Nullable Throwable cause) {
        return cause instanceof EOFException || cause instanceof SocketException;
    }

    private static ConnectResult unwilling(Requirement asked, Stage stage, Reply reply) {
        return new ConnectResult.Trouble(FailurePolicy.unwilling(asked, stage, reply));
    }

    private static Optional<InetAddress> source(OutboundConnector connector) throws IOException {
        String local = connector.connection().sourceIPAddress();
        return local == null ? Optional.empty() : Optional.of(InetAddress.getByName(local));
    }

    /// One call as the dialer leaves it.
    ///
    /// @param session present exactly where [ConnectResult#stands]
    record Connection(ConnectResult seen, Optional<SmtpSession> session) {

        Connection {
            if (seen.stands() != session.isPresent())
                throw new IllegalArgumentException("a session for what was shown");
        }

        /// Without a session.
        static Connection none(ConnectResult seen) { return new Connection(seen, Optional.empty()); }

        /// Takes leave of the host.
        void quit() { session.ifPresent(SmtpSession::quit); }
    }
}
