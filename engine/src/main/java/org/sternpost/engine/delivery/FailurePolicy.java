package org.sternpost.engine.delivery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.StalledException;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.SessionProofs;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.Reason;

/// What each failure means. No other file turns trouble into an [Outcome].
///
/// Each row names what it follows: a section of an RFC, or an anchor of docs/transport-security.md, written
/// `#reply-421` for short. `FailureRowsTest` holds that none is without.
final class FailurePolicy {

    /// Trouble in words, with its enhanced code (RFC 3463).
    ///
    /// @param ours   the same as a failure, where it is our own trouble
    /// @param reply  where the host said so
    /// @param silent nothing could be said to the host, or the connection failed
    /// @param busy   it was not called, because others wait for its first answer
    record Said(String code, String sentence, Remedy remedy, Optional<Failure> ours, Optional<Reply> reply,
            boolean silent, boolean busy) {

        /// Trouble that may be our own.
        Said(String code, String sentence, Remedy remedy, Optional<Failure> ours) {
            this(code, sentence, remedy, ours, Optional.empty(),
                    ours.filter(why -> why.reason().isOutage()).isPresent(), false);
        }

        /// A host that could not be talked to.
        static Said silent(String code, String sentence, Remedy remedy) {
            return new Said(code, sentence, remedy, Optional.empty(), Optional.empty(), true, false);
        }

        /// Trouble that TLS makes where nobody requires it.
        static Said of(Failure why) {
            return new Said(why.reason().waitingCode(), why.sentence(), Remedy.of(why),
                    Optional.of(why).filter(Failure::isLocal));
        }

        /// The host ended the session, which says nothing of its other sessions.
        boolean crowded() { return reply.filter(FailurePolicy::closes).isPresent(); }
    }

    private static final int CLOSING = 421;

    private FailurePolicy() {}

    /// Whether what a host showed satisfies what is asked of it (#mode-floor). A session is asked once (see
    /// [SessionProofs]); whose a failure is goes by who runs the host (#sts-smart-host).
    ///
    /// @param fallback the message is old enough to go in clear after a handshake failed
    static Proof proof(Requirement asked, ConnectResult seen, boolean fallback) {
        Proof proof = shown(asked, seen, fallback);
        return proof instanceof Proof.Refused(var why) ? new Proof.Refused(why.runBy(asked.operator())) : proof;
    }

    private static Proof shown(Requirement asked, ConnectResult seen, boolean fallback) {
        return switch (seen) {
            // #session-reuse: what it shows is held against what each message asks.
            case ConnectResult.Secured tls -> tls.proofs().of(asked);
            // RFC 7672 §2.2, RFC 8461 §5: no STARTTLS where it is required is a failure, whatever code refused it.
            case ConnectResult.InClear clear when asked.needsTls() ->
                new Proof.Refused(FailureMessages.noStartTls(asked.host(), asked.verdict(), clear.said()));
            // RFC 7435 §3: a host that offers none gets clear text; one that fails at it may recover, so we wait first.
            case ConnectResult.InClear clear when clear.refusal().isEmpty() || fallback ->
                new Proof.Proven(Level.Plaintext);
            // #session-clear-text
            case ConnectResult.InClear clear ->
                new Proof.Refused(FailureMessages.refusedStartTls(asked.host(), clear.said()));
            // RFC 7672 §2.2, RFC 8461 §5: the same of one that left besides (#reply-421).
            case ConnectResult.LeftAtStartTls(var reply, _) when asked.needsTls() ->
                new Proof.Refused(FailureMessages.noStartTls(asked.host(), asked.verdict(), reply.toString()));
            // #session-clear-text
            case ConnectResult.LeftAtStartTls(var reply, _) ->
                new Proof.Refused(FailureMessages.refusedStartTls(asked.host(), reply.toString()));
            // #fail-validation
            case ConnectResult.Broken(var why, _) -> new Proof.Refused(why);
            // #host-silent: of a host that showed nothing, nothing is missed.
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> new Proof.Proven(Level.None);
        };
    }

    /// What is wrong with the TLS of a host, whether anybody asks for it or not (#evidence-kept); empty where it offers
    /// none.
    static Optional<Failure> fault(Requirement asked, ConnectResult seen) {
        return fault(asked.host(), seen).map(why -> why.runBy(asked.operator()));
    }

    private static Optional<Failure> fault(Domain host, ConnectResult seen) {
        return switch (seen) {
            // #fail-validation
            case ConnectResult.Broken(var why, _) -> Optional.of(why);
            // #fail-starttls-not-supported
            case ConnectResult.LeftAtStartTls(var reply, _) ->
                Optional.of(FailureMessages.refusedStartTls(host, reply.toString()));
            // #fail-starttls-not-supported
            case ConnectResult.InClear clear ->
                clear.refusal().map(no -> FailureMessages.refusedStartTls(host, no.toString()));
            case ConnectResult.Secured _,ConnectResult.Trouble _,ConnectResult.NotDialled() -> Optional.empty();
        };
    }

    /// How well what stands is secured, whatever that is worth (#evidence-kept).
    static Level achieved(ConnectResult seen) {
        return switch (seen) {
            case ConnectResult.Secured _ -> Level.Encrypted;
            case ConnectResult.InClear _ -> Level.Plaintext;
            case ConnectResult.Broken _,ConnectResult.LeftAtStartTls _ -> Level.None;
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> Level.None;
        };
    }

    /// A host refused by transport security: the mail waits, whatever the peer's own code was (#mode-enabled).
    static Outcome.Deferred refused(Failure why, String host) {
        return new Outcome.Deferred(why.reason().waitingCode(), why.sentence(), host, Optional.of(why));
    }

    /// No host could be talked to (#host-silent); what is our own trouble is never told as the host's (#fail-local).
    static Outcome.Deferred trouble(Said what, String host) {
        return what.ours().map(why -> refused(why, host)).orElseGet(
                () -> new Outcome.Deferred(what.code(), what.sentence(), host, Optional.empty(), what.reply(),
                        Optional.of(what.remedy())));
    }

    /// What several hosts that did not take the mail come to, told by one of them. Never empty
    /// (docs/transport-security.md#host-none-took-it).
    ///
    /// A host of which we could not know leaves open whether all are refused, so it goes before what validation
    /// refused, and that before a host that is down. A way that only we lack says least: at another address the host
    /// had its say.
    static Obstacle mostTelling(List<Obstacle> obstacles) {
        return Collections.min(obstacles, Comparator.comparingInt(one -> one.failure()
                .map(why -> switch (why.reason()) {
                    // #host-none-took-it
                    case LOCAL, LOCAL_DNS, LOCAL_TLS -> 0;
                    case LOCAL_NETWORK -> 3;
                    default -> 1;
                }).orElse(2)));
    }

    /// True if our own trouble kept us from judging a host, or the route, so that it may have taken the mail
    /// (#fail-local).
    static boolean isHidden(List<Obstacle> obstacles) {
        return obstacles.stream().collect(Collectors.groupingBy(Obstacle::host)).values().stream()
                .anyMatch(host -> mostTelling(host).failure().filter(Failure::isLocal).isPresent());
    }

    /// What a route comes to of which no host took the mail (#host-none-took-it). Never empty.
    static Outcome untaken(List<Obstacle> obstacles) {
        Optional<Obstacle> told = obstacles.stream().filter(one -> one.lasting().isPresent()).findFirst();
        if (told.isEmpty() || !allLasting(obstacles)) return mostTelling(obstacles).outcome();
        // RFC 8689 §4.2.1: every host answered and none can take it, so the sender is told at once.
        Failure why = told.get().lasting().get();
        String code = why.reason().finalCode();
        return new Outcome.Failed(code, why.sentence(), told.get().host(), Optional.of(why));
    }

    /// True if no host of the route can ever meet what the sender asks (#requiretls-at-once).
    private static boolean allLasting(List<Obstacle> obstacles) {
        Set<String> heard = obstacles.stream().filter(one -> one.lasting().isPresent()).map(Obstacle::host)
                .collect(Collectors.toSet());
        // A way that only we lack hides nothing where the host had its say at another address.
        return obstacles.stream().allMatch(one -> one.lasting().isPresent() || heard.contains(one.host())
                && one.failure().filter(why -> why.reason() == Reason.LOCAL_NETWORK).isPresent());
    }

    /// The route could not be learned (#mx-fails). Where validation is off, that is a failure of DNS and not of
    /// validation.
    static Outcome.Deferred unknown(Failure why, DeliveryMode mode) {
        return mode == DeliveryMode.Disabled && !why.isLocal()
                ? new Outcome.Deferred("4.4.3", why.sentence(), "", Optional.empty(), Optional.empty(),
                        Optional.of(Remedy.of(why)))
                : refused(why, "");
    }

    /// A domain that no mail can go to (RFC 7505 §4.1).
    static Outcome impossible(JudgedRoute.Impossible where) {
        return new Outcome.Failed(where.code(), where.sentence(), "", Optional.empty(), Optional.empty(),
                Optional.of(Remedies.impossible(where.code())));
    }

    /// The host's answer for one recipient.
    ///
    /// @param asked    of the host, with who runs it; so wherever a remedy is told
    /// @param notifies it offered DSN
    static Outcome answer(Answer answer, Requirement asked, String address, Level level, String tls,
            Optional<Failure> wouldHaveFailed, boolean notifies) {
        Domain host = asked.host();
        return switch (answer) {
            // #host-unfit
            case Answer.Unfit(var code, var why) ->
                new Outcome.Failed(code, host + ": " + why, host.ascii(), Optional.empty(), Optional.empty(),
                        Optional.of(Remedies.of(asked).unfit(code)));
            // #host-may-have-it
            case Answer.Lost(var why) -> trouble(broken(asked, why), host.ascii());
            // #reply-class: 2yz to the content, and nothing else.
            case Answer.Said said when said.delivered() -> new Outcome.Delivered(code(said.reply()),
                    said.reply(), host.ascii(), address, level, tls, wouldHaveFailed,
                    notifies);
            // RFC 5321 §4.2.1: 5yz is final, everything else is not.
            case Answer.Said(var stage, var reply) -> switch (reply.severity()) {
                // #reply-permanent
                case Permanent ->
                    new Outcome.Failed(code(reply), words(host, stage, reply), host.ascii(), Optional.empty(),
                            Optional.of(reply), Optional.of(Remedies.of(asked).of(stage, reply)));
                // #reply-transient; a class that the command cannot have delivers nothing (#reply-class).
                case Transient, Completion, Intermediate -> new Outcome.Deferred(waitingCode(reply),
                        words(host, stage, reply), host.ascii(), Optional.empty(), Optional.of(reply),
                        Optional.of(Remedies.of(asked).of(stage, reply)));
            };
        };
    }

    /// RFC 5321 §3.8: 421 says that the host ends the session, not what it thinks of this message.
    static boolean closes(Reply reply) { return reply.code() == CLOSING; }

    /// True if the host takes no message of this size, which another may take (#host-unfit): RFC 3463 §3.4, X.3.4, or
    /// RFC 1870 §6.1, 552 without an enhanced code. To RCPT it is the recipient's mailbox that is too small.
    static boolean tooLarge(Answer.Said said) {
        if (said.stage() == Stage.Recipient || said.reply().severity() != Reply.Severity.Permanent) return false;
        return said.reply().saidCode().map(code -> code.endsWith(".3.4")).orElse(said.reply().code() == 552);
    }

    /// True if a recipient was one too many for this transaction, so that another one takes it.
    ///
    /// @param others were accepted before it
    /// @param alone  it was the only recipient of its transaction
    static boolean tooMany(Answer.Said said, boolean others, boolean alone) {
        if (said.stage() != Stage.Recipient) return false;
        Optional<String> code = said.reply().saidCode();
        // RFC 3463 §3.6: X.5.3 says so in so many words; any other enhanced code says something else.
        if (code.isPresent()) return !said.reply().accepts() && code.get().endsWith(".5.3");
        // RFC 5321 §4.5.3.1.10: 552 to RCPT counts as 452. Where nobody was taken it is a full mailbox, as it says.
        return (said.reply().code() == 452 || said.reply().code() == 552) && others && !alone;
    }

    /// A recipient that no further transaction took: it waits, whatever the class of the reply (#reply-too-many).
    static Outcome tooMany(Requirement asked, Answer.Said said) {
        Domain host = asked.host();
        return new Outcome.Deferred("4.5.3", words(host, said.stage(), said.reply()), host.ascii(), Optional.empty(),
                Optional.empty(), Optional.of(Remedies.of(asked).tooMany()));
    }

    /// A host that greets or answers EHLO with anything but yes: another host may do better (RFC 5321 §3.1).
    static Said unwilling(Requirement asked, Stage stage, Reply reply) {
        // Departs from RFC 5321 §4.2.1: a 5yz greeting speaks for one host, so the route waits and does not fail.
        return new Said(waitingCode(reply), words(asked.host(), stage, reply), Remedies.of(asked).unwilling(),
                Optional.empty(),
                Optional.of(reply), false, false);
    }

    /// An address that was not called, because it could not be talked to lately (#host-hangs).
    ///
    /// @param refused how its machine refused, as whoever called it was told; empty where nothing came in time
    static Said resting(Requirement asked, InetSocketAddress peer, Instant tried, Instant again,
            Optional<BrokenSessionException> refused) {
        String address = peer.getAddress().getHostAddress();
        return Said.silent(refused.map(FailurePolicy::code).orElse("4.4.2"),
                asked.host() + refused.map(how -> " at " + address + " connecting: " + how.getMessage() + ",")
                        .orElse(" gave no answer in time at " + address) + " when it was last called, at "
                        + tried.truncatedTo(ChronoUnit.SECONDS) + "; that address is called again from "
                        + again.truncatedTo(ChronoUnit.SECONDS) + " on",
                Remedies.of(asked).silent());
    }

    /// An address that was not called, because enough others wait for its first answer (#host-hangs).
    static Said busy(Requirement asked, InetSocketAddress peer) {
        return new Said("4.4.1", asked.host() + " at " + peer.getAddress().getHostAddress()
                + " has not answered yet and other mail waits for its first answer; this mail waits for its turn",
                Remedies.of(asked).silent(), Optional.empty(), Optional.empty(), true, true);
    }

    /// A host that was not called, as a limit of ours leaves no place for one more session (#session-limits).
    static Said full(Requirement asked, SessionPlaces.Limit limit) {
        return new Said("4.4.5", asked.host() + " was not called: " + limit.words() + "; this mail waits for its turn",
                Remedies.full(limit), Optional.empty(), Optional.empty(), true, true);
    }

    /// A host for which no time was left, or that used it up (#host-hangs).
    static Said outOfTime(Requirement asked) {
        return Said.silent("4.4.2", asked.host() + " could not be brought to take mail within the "
                + Delivery.OPENING_MAX.toMinutes() + " minutes that an attempt has for all its hosts",
                Remedies.of(asked).silent());
    }

    /// A session that broke at STARTTLS, which is worth what a broken handshake is; empty if TLS has no part in it.
    static Optional<Failure> brokenStartTls(Domain host, BrokenSessionException broken) {
        return switch (broken.fault()) {
            // #session-injection
            case Injected -> Optional.of(FailureMessages.injected(host));
            // #fail-validation
            case Connection, Protocol ->
                Optional.of(FailureMessages.handshake(host, String.valueOf(broken.getMessage())));
            // #fail-local, #session-stray-reply, #session-pipelining, #session-chunking
            case Own, Unasked, Pipeline, Chunking -> Optional.empty();
        };
    }

    /// A host without an address (#mx-implicit, #address-fails).
    static Said noAddress(HostJudgement host, Requirement asked) {
        return host.addressUnknown().map(Said::of)
                .orElseGet(() -> new Said("4.4.4", host.host() + ": " + host.addressProblem(),
                        Remedies.of(asked).noAddress(), Optional.empty()));
    }

    /// I/O trouble with a peer (#host-silent), or with our own copy of the message or our own network (#fail-local).
    static Said broken(Requirement asked, IOException broken) {
        Domain host = asked.host();
        if (StalledException.isCause(broken)) return stalled(asked, broken);
        if (!(broken instanceof BrokenSessionException session))
            return Said.of(FailureMessages.ownCopy(String.valueOf(broken.getMessage())));
        if (session.fault() == BrokenSessionException.Fault.Own)
            return Said.of(FailureMessages.ownNetwork(host, String.valueOf(session.getMessage())));
        var cause = session.getCause();
        String during = session.stage() == Stage.Connect ? "connecting" : "waiting at " + session.stage().words();
        String seen = cause instanceof SocketTimeoutException
                ? "timed out " + during
                : during + ": "
                        + session.getMessage();
        // docs/transport-security.md#host-may-have-it
        if (session.stage() == Stage.Content)
            return new Said(code(session), host + " " + seen + "; it may have been delivered and will be sent again",
                    Remedies.of(asked).broken(session), Optional.empty());
        return Said.silent(code(session), host + " " + seen, Remedies.of(asked).broken(session));
    }

    private static Said stalled(Requirement asked, IOException broken) {
        // #host-may-have-it
        boolean sent = broken instanceof BrokenSessionException session && session.stage() == Stage.Content;
        return stalled(asked,
                broken.getMessage() + (sent ? "; it may have been delivered and will be sent again" : ""));
    }

    /// A time-out in which this process did not run (#own-stall).
    ///
    /// @param what was not done in time
    static Said stalled(Requirement asked, String what) {
        return Said.of(FailureMessages.ownStall(asked.host(), what));
    }

    private static String code(BrokenSessionException session) {
        return switch (session.fault()) {
            // RFC 3463 §3.5: X.4.1 no answer from host, X.4.2 bad connection.
            case Own, Connection, Pipeline -> session.getCause() instanceof ConnectException ? "4.4.1" : "4.4.2";
            // RFC 3463 §3.6: X.5.0, a protocol that went wrong.
            case Protocol, Unasked, Injected, Chunking -> "4.5.0";
        };
    }

    private static String words(Domain host, Stage stage, Reply reply) {
        return host + " said '" + reply + "' in reply to " + stage.words();
    }

    /// The code under which mail waits after a reply that did not take it.
    private static String waitingCode(Reply reply) {
        return switch (reply.severity()) {
            // #reply-transient; #reply-greeting: the 5yz of one host is no verdict on the mail.
            case Transient, Permanent -> "4" + code(reply).substring(1);
            // RFC 3463 §3.6: X.5.0, a protocol that went wrong: the reply has no place where it was said.
            case Completion, Intermediate -> "4.5.0";
        };
    }

    /// The enhanced code of a reply, mended where its class contradicts the reply (RFC 2034 §4).
    private static String code(Reply reply) { return reply.code() / 100 + reply.enhancedCode().substring(1); }
}
