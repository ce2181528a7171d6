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
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.HangingAddresses.End;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.net.ConnectionDeadline;
import org.sternpost.engine.net.StalledException;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Handshake.Again;
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

    /// For calls without mail.
    Dialer(Handshake handshake, String hostName, Timeouts timeouts, Time time) {
        this(handshake, hostName, timeouts, time, _ -> {});
    }

    /// @param turn told of a destination that was not called because others waited for the same answer
    Dialer(Handshake handshake, String hostName, Timeouts timeouts, Time time, Consumer<DestinationKey> turn) {
        this.handshake = handshake;
        this.hostName = hostName;
        this.client = new SmtpClient(timeouts, time);
        this.hanging = new HangingAddresses(timeouts.banner(), time, turn);
        this.time = time;
    }

    /// Addresses that rest are called again.
    void callAgain() { hanging.forget(); }

    /// A call for mail: within what is left of the attempt's time, and not where no answer came lately.
    ///
    /// @param mail     whose it is
    /// @param clear    do not try STARTTLS: it has failed on this host and nothing requires it
    /// @param policy   under which a TLS session may be resumed
    /// @param opening  within which the attempt must come to its first MAIL
    /// @param patience how long to wait for the first answer of an address that others wait for too
    Connection call(ClaimedDelivery mail, InetSocketAddress peer, Requirement asked, boolean clear,
            PolicyKey policy, TimeLimit opening, Duration patience) {
        // A call in clear goes on where one just ended at STARTTLS.
        if (clear) hanging.resume(peer);
        else
            switch (hanging.begin(peer, mail.destination(), patience)) {
                case HangingAddresses.Leave.Granted() -> {
                }
                case HangingAddresses.Leave.Resting(var tried, var again, var refused) -> {
                    return Connection.none(
                            new ConnectResult.Trouble(FailurePolicy.resting(asked, peer, tried, again, refused)));
                }
                case HangingAddresses.Leave.Busy() -> {
                    return Connection.none(new ConnectResult.Trouble(FailurePolicy.busy(asked, peer)));
                }
            }
        Instant began = time.steady();
        End end = new End.Unknown();
        try {
            Tried tried = dial(new Call(mail.connector(), peer, asked, clear, Optional.of(policy), opening));
            end = Thread.currentThread().isInterrupted() ? end : tried.end();
            return tried.made();
        } finally {
            hanging.ended(peer, began, end);
        }
    }

    /// A call without mail, however long the host takes. It resumes no session: somebody wants to see what the host
    /// shows now.
    Connection dial(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear) {
        return dial(new Call(connector, peer, asked, clear, Optional.empty(), TimeLimit.until(time, Instant.MAX)))
                .made();
    }

    private record Call(OutboundConnector connector, InetSocketAddress peer, Requirement asked, boolean clear,
            Optional<PolicyKey> policy, TimeLimit opening) {
        Call unresumed() { return new Call(connector, peer, asked, clear, Optional.empty(), opening); }
    }

    private Tried dial(Call call) {
        Tried usual = dial(call, Offer.Usual);
        if (usual.again() == Again.Unresumed) usual = dial(call.unresumed(), Offer.Usual);
        if (usual.again() == Again.No) return usual;
        // RFC 7435 §3: encryption wherever any is to be had; what a host ended may go well with other settings.
        Connection wide = dial(call, Offer.Wide).made();
        if (wide.seen() instanceof ConnectResult.Secured) return new Tried(wide, Again.No, new End.Answered());
        wide.quit();
        // What trouble of our own kept the host from taking is not the host's refusal.
        return wide.seen() instanceof ConnectResult.Broken(var why, _) && why.isLocal()
                ? new Tried(wide, Again.No, new End.Answered())
                : usual;
    }

    /// @param again a handshake failed that something else may save
    /// @param end   what that says of the address
    private record Tried(Connection made, Again again, End end) {
        static Tried trouble(FailurePolicy.Said what, End end) {
            return new Tried(Connection.none(new ConnectResult.Trouble(what)), Again.No, end);
        }
    }

    /// @param again as above
    private record Greeted(ConnectResult seen, Again again) {
        Greeted(ConnectResult seen) { this(seen, Again.No); }
    }

    private Tried dial(Call call, Offer offer) {
        SmtpSession session;
        Requirement asked = call.asked();
        TimeLimit opening = call.opening();
        Instant now = time.steady();
        if (opening.isOver()) return Tried.trouble(outOfTime(asked, opening), new End.Unknown());
        try {
            session = client.connect(call.peer(), source(call.connector()), Duration.between(now, opening.due()));
        } catch (IOException refused) {
            return Tried.trouble(FailurePolicy.broken(asked, refused), end(refused));
        }
        Tried tried;
        var whole = ConnectionDeadline.over(session.socket(), time, opening);
        try (whole) {
            var greeted = greet(session, call, offer);
            tried = new Tried(new Connection(greeted.seen(),
                    greeted.seen().stands() ? Optional.of(session) : Optional.empty()), greeted.again(),
                    new End.Answered());
        } catch (IOException broken) {
            tried = Tried.trouble(FailurePolicy.broken(asked, broken), end(broken));
        }
        // What the end of our time broke says nothing of the host's TLS.
        if (whole.expired()) {
            boolean hung = !opening.isOurs() && !session.triedTls()
                    && Duration.between(now, time.steady()).compareTo(HANGS) >= 0;
            tried = Tried.trouble(outOfTime(asked, opening), hung ? new End.Late() : new End.Unknown());
        }
        if (!tried.made().seen().stands()) session.close();
        return tried;
    }

    private static FailurePolicy.Said outOfTime(Requirement asked, TimeLimit opening) {
        return opening.isOurs()
                ? FailurePolicy.stalled(asked, "the host took no mail within the time of an attempt")
                : FailurePolicy.outOfTime(asked);
    }

    /// What a call that broke says of the address where TLS had no part in it.
    private static End end(IOException broken) {
        if (StalledException.isCause(broken)) return new End.Unknown();
        if (broken.getCause() instanceof SocketTimeoutException) return new End.Late();
        if (!(broken instanceof BrokenSessionException session) || session.fault() == BrokenSessionException.Fault.Own)
            return new End.Unknown();
        // Only a connection that never stood is the same for all who would call.
        return session.stage() == Stage.Connect ? new End.Refused(session) : new End.Answered();
    }

    private Greeted greet(SmtpSession session, Call call, Offer offer) throws IOException {
        Requirement asked = call.asked();
        String fqdn = call.connector().connection().fqdn();
        String name = fqdn == null ? hostName : fqdn;
        Reply banner = session.banner();
        if (banner.code() != 220) return new Greeted(unwilling(asked, Stage.Banner, banner));
        Reply hello = session.hello(name, !asked.needsTls());
        if (!hello.accepts()) return new Greeted(unwilling(asked, Stage.Hello, hello));
        if (call.clear() || !session.offers("STARTTLS"))
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
        return switch (shaken(session, call, offer)) {
            case Handshake.Result.Secured tls -> secured(session, name, asked, tls);
            case Handshake.Result.Broken(var why, var again) ->
                new Greeted(new ConnectResult.Broken(why, session.localAddress()), again);
        };
    }

    private static ConnectResult inClear(SmtpSession session, Optional<Reply> refusal) {
        return new ConnectResult.InClear(refusal, session.keywords(), session.localAddress());
    }

    /// The whole handshake within its time, however many octets the host makes of it.
    ///
    /// @throws StalledException if it was not done because this process did not run
    private Handshake.Result shaken(SmtpSession session, Call call, Offer offer) throws StalledException {
        var limit = TimeLimit.of(time, client.timeouts().handshake());
        var watch = ConnectionDeadline.over(session.socket(), time, limit);
        try (watch) {
            Handshake.Result result = handshake.over(session.socket(), call.asked(), limit.longest(),
                    offer, call.policy().map(Object.class::cast));
            if (!(result instanceof Handshake.Result.Broken) || !limit.isOver()) return result;
            var late = watch.late("the host did not finish it", limit.span());
            if (late instanceof StalledException ours) throw ours;
            return new Handshake.Result.Broken(
                    handshake.failure(call.asked(), new IOException(late.getMessage(), late)));
        }
    }

    private Greeted secured(SmtpSession session, String name, Requirement asked, Handshake.Result.Secured tls)
            throws IOException {
        try {
            session.secured(tls.socket(), tls.below());
            Reply hello = session.hello(name, false);
            return new Greeted(hello.accepts()
                    ? new ConnectResult.Secured(tls.proofs(), session.keywords(), session.localAddress())
                    : unwilling(asked, Stage.Hello, hello));
        } catch (BrokenSessionException broken) {
            // RFC 8446 §2: in TLS 1.3 a refusal may arrive after we think the handshake done.
            if (broken.getCause() instanceof SSLException alert) return refused(session, tls, asked, alert);
            // The alert of a host that closes at once is lost to a reset; what it means is the same.
            if (tls.proofs().facts().protocol().equals("TLSv1.3") && isLeft(broken.getCause()))
                return refused(session, tls, asked,
                        new IOException("the host left without an answer once the handshake was done"));
            throw broken;
        }
    }

    private Greeted refused(SmtpSession session, Handshake.Result.Secured tls, Requirement asked, IOException how) {
        tls.unresumed().run();
        return new Greeted(new ConnectResult.Broken(handshake.failure(asked, how), session.localAddress()),
                tls.proofs().facts().resumed() ? Again.Unresumed : Again.No);
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
