package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.QueuedRecipient;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.TlsVerdict;

/// One attempt at one consignment: the strict pass, and for `Opportunistic` the relaxed one after it.
final class DeliveryAttempt {

    private static final int STRICT = 1;
    private static final int RELAXED = 2;
    private static final Duration TURN = Duration.ofSeconds(5); // for the first answer that others wait for, once

    private final Consignment mail;
    private final Dialer dialer;
    private final SessionPool sessions;
    private final EvidenceRecorder recorder;
    private final Instant openBy;
    private final Runnable answered;
    private final RequireTlsRules required;
    private final Map<Integer, Outcome> outcomes = new HashMap<>();
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final Set<Domain> refused = new HashSet<>();
    private Optional<Outcome> unfit = Optional.empty();
    private Optional<Failure> wouldHaveFailed = Optional.empty();

    /// @param openBy   when the attempt must have come to its first MAIL
    /// @param answered told when a host is ready to take mail
    DeliveryAttempt(Consignment mail, Dialer dialer, SessionPool sessions, EvidenceRecorder recorder, Instant openBy,
            Runnable answered) {
        this.mail = mail;
        this.dialer = dialer;
        this.sessions = sessions;
        this.recorder = recorder;
        this.openBy = openBy;
        this.answered = answered;
        this.required = new RequireTlsRules(mail);
    }

    AttemptResult carry(JudgedRoute where) {
        switch (where) {
            case JudgedRoute.Impossible never -> settleAll(FailurePolicy.impossible(never));
            case JudgedRoute.Unknown(var why) -> {
                recorder.unknown(why);
                var outcome = required.asked()
                        ? FailurePolicy.refused(required.refusal(why), "")
                        : FailurePolicy.unknown(why, mail.mode());
                obstacles.add(Obstacle.trouble(outcome, why.reason().isOutage(), false));
            }
            case JudgedRoute.Hosts hosts -> route(hosts);
        }
        NextHop seen = nextHop();
        // A host that could not be asked may have what the others lack.
        if (!isDone() && seen instanceof NextHop.Answered)
            settleAll(obstacles.isEmpty() ? unfit.orElseThrow() : FailurePolicy.untaken(obstacles));
        return new AttemptResult(outcomes, recorder.seen(), recorder.openings(), seen);
    }

    /// What is known before it ends, for whoever must break off.
    AttemptResult soFar() { return new AttemptResult(outcomes, recorder.seen(), recorder.openings()); }

    /// One pass or two (docs/transport-security.md#mode-opportunistic).
    private void route(JudgedRoute.Hosts route) {
        if (required.asked()) strict(route);
        else
            switch (mail.mode()) {
                case Disabled -> pass(RELAXED, route.hosts());
                case Enabled -> strict(route);
                case Opportunistic -> {
                    strict(route);
                    // Only validation that refused a host opens the relaxed pass: a host that is down stays down.
                    if (outcomes.isEmpty() && !refused.isEmpty()) relaxed(route);
                }
            }
    }

    private void strict(JudgedRoute.Hosts route) {
        // RFC 7672 §2.1.2: a route whose lookup failed is not used, whatever was found by asking again.
        if (route.routeProblem().isEmpty()) pass(STRICT, route.hosts());
        else
            for (var host : route.hosts())
                refuse(STRICT, host, route.routeProblem().getFirst());
    }

    private void relaxed(JudgedRoute.Hosts route) {
        wouldHaveFailed = mostTelling().failure();
        obstacles.clear();
        pass(RELAXED, route.hosts().stream().filter(host -> refused.contains(host.host())).toList());
    }

    private void pass(int pass, List<HostJudgement> hosts) {
        for (var host : hosts)
            if (!isDone()) visit(pass, host);
    }

    private void visit(int pass, HostJudgement host) {
        TlsVerdict verdict = pass == STRICT ? host.enabled() : new TlsVerdict.None();
        if (verdict instanceof TlsVerdict.Refused(var why)) {
            refuse(pass, host, why);
            return;
        }
        Optional<Failure> unproven = required.unproven(host);
        if (unproven.isPresent()) {
            refuse(pass, host, unproven.get());
            return;
        }
        if (host.addresses().isEmpty()) {
            var why = FailurePolicy.noAddress(host);
            trouble(host, why);
            recorder.notDialled(pass, host, Optional.empty(), why.sentence());
            return;
        }
        Requirement asked = required.of(host.host(), verdict);
        // RFC 5321 §5.1: every address of a host is tried before the host counts as failed.
        for (InetAddress address : host.addresses().stream().limit(Dialer.ADDRESSES_MAX).toList())
            if (!isDone()) visit(pass, host, address, asked);
    }

    private void visit(int pass, HostJudgement host, InetAddress address, Requirement asked) {
        PooledSession call = sessions.find(mail, host, address, asked, pass == RELAXED)
                .orElseGet(() -> dial(host, address, asked, false));
        // RFC 7435 §3: clear text after a failed handshake, for mail that has waited and that nothing protects.
        if (call.seen().failedAtTls() && !asked.needsTls() && mail.plaintextFallback()
                && FailurePolicy.proof(asked, call.seen(), true, dialer.prover()) instanceof Proof.Refused(var why)) {
            recorder.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false, why.sentence());
            call = dial(host, address, asked, true);
        }
        for (boolean again = true; again;) {
            again = false;
            switch (FailurePolicy.proof(asked, call.seen(), mail.plaintextFallback(), dialer.prover())) {
                case Proof.Refused(var why) -> refused(pass, host, call, asked, why);
                case Proof.Proven(var level) -> {
                    if (unsupported(pass, host, call, asked, level)) return;
                    // A host may end a session that waited or took enough; that says nothing about a fresh one.
                    again = transfer(pass, host, call, asked, level);
                    if (again) call = dial(host, address, asked, refusedStartTls(call));
                }
            }
        }
    }

    private PooledSession dial(HostJudgement host, InetAddress address, Requirement asked, boolean clear) {
        var peer = new InetSocketAddress(address, host.port());
        var call = new PooledSession(PolicyKey.of(mail, host.host(), address, host.port(), asked),
                dialer.call(mail.connector(), peer, asked, clear, openBy,
                        obstacles.stream().anyMatch(Obstacle::busy) ? Duration.ZERO : TURN),
                clear, recorder.now());
        sessions.keep(call);
        return call;
    }

    /// True if the session is over, and a fresh one may take who is left.
    private boolean transfer(int pass, HostJudgement host, PooledSession call, Requirement asked, Level level) {
        return switch (call.seen()) {
            case ConnectResult.Trouble(var what) -> {
                trouble(host, what);
                recorder.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false, what.sentence());
                yield false;
            }
            case ConnectResult.Secure(var session, var tls) ->
                send(pass, host, call, asked, level, session, tls.words());
            case ConnectResult.InClear(var session, _) -> send(pass, host, call, asked, level, session, "");
            case ConnectResult.Broken _,ConnectResult.LeftAtStartTls _,ConnectResult.NotDialled() ->
                throw new IllegalStateException("refused before");
        };
    }

    private boolean send(int pass, HostJudgement host, PooledSession call, Requirement asked, Level level,
            SmtpSession session,
            String tls) {
        answered.run();
        var transfer = new Transfer(mail, host.host(), call, left(), answer -> FailurePolicy.answer(answer, host.host(),
                call.addressText(), level, tls, wouldHaveFailed,
                call.seen().offers("DSN")));
        var end = transfer.over(session);
        var settled = transfer.settled();
        outcomes.putAll(settled);
        boolean delivered = settled.values().stream().anyMatch(Outcome.Delivered.class::isInstance);
        String said = settled.values().stream().findFirst().map(Outcome::sentence).orElse("");
        switch (end) {
            case Transfer.End.Done() -> recorder.tried(pass, host, call, asked.level(), level, Optional.empty(),
                    delivered, said);
            case Transfer.End.Over(var why, var freshHelps) -> {
                call.kill();
                // A host that says no to STARTTLS and then leaves may stay for who does not ask.
                boolean anew = freshHelps || refusedStartTls(call);
                if (!settled.isEmpty())
                    recorder.tried(pass, host, call, asked.level(), level, Optional.empty(),
                            delivered, said);
                else if (!anew)
                    recorder.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false,
                            why.sentence());
                if (!anew && !isDone()) trouble(host, why);
                return anew && !isDone();
            }
            case Transfer.End.Unfit(var answer) -> {
                // The next host may have what this one lacks; the mail fails when none has it.
                unfit = unfit
                        .or(() -> Optional.of(FailurePolicy.answer(answer, host.host(), call.addressText(), level, tls,
                                wouldHaveFailed, false)));
                recorder.tried(pass, host, call, asked.level(), level, Optional.empty(), false, answer.why());
            }
            case Transfer.End.Doubtful(var why) -> {
                call.kill();
                // What may have been delivered, and what we cannot read, is not offered to another host now.
                settleAll(FailurePolicy.trouble(why, host.host().ascii()));
                recorder.tried(pass, host, call, asked.level(), level, Optional.empty(), delivered, why.sentence());
            }
        }
        return false;
    }

    private static boolean refusedStartTls(PooledSession call) {
        return call.seen() instanceof ConnectResult.InClear(_, var reply) && reply.isPresent();
    }

    private void trouble(HostJudgement host, FailurePolicy.Said what) {
        obstacles.add(Obstacle.of(what, host.host().ascii()));
    }

    /// True if the host lacks REQUIRETLS and the message wants it; the session stays for mail with the same wish.
    private boolean unsupported(int pass, HostJudgement host, PooledSession call, Requirement asked, Level level) {
        Optional<Failure> why = required.unsupported(host, call.seen());
        if (why.isEmpty()) return false;
        obstacles.add(Obstacle.answered(FailurePolicy.refused(why.get(), host.host().ascii()),
                required.lasting(host, call.seen(), dialer.prover())));
        recorder.tried(pass, host, call, asked.level(), level, Optional.empty(), false, why.get().sentence());
        return true;
    }

    private void refused(int pass, HostJudgement host, PooledSession call, Requirement asked, Failure why) {
        // Without a requirement a failed handshake is trouble of the host, not a verdict of validation.
        if (asked.needsTls()) {
            if (pass == STRICT) refused.add(host.host());
            obstacles.add(Obstacle.answered(FailurePolicy.refused(
                    required.refusal(host, call.seen(), why, dialer.prover()), host.host().ascii()),
                    required.lasting(host, call.seen(), dialer.prover())));
        } else
            trouble(host, FailurePolicy.Said.of(why));
        Level achieved = switch (call.seen()) {
            case ConnectResult.Secure _ -> Level.Encrypted;
            case ConnectResult.InClear _ -> Level.Plaintext;
            case ConnectResult.Broken _,ConnectResult.LeftAtStartTls _ -> Level.None;
            case ConnectResult.Trouble _,ConnectResult.NotDialled() -> Level.None;
        };
        recorder.tried(pass, host, call, asked.level(), achieved,
                asked.needsTls() && !required.asked() ? Optional.of(why) : Optional.empty(), false, why.sentence());
    }

    private void refuse(int pass, HostJudgement host, Failure why) {
        refused.add(host.host());
        Failure said = required.refusal(why);
        obstacles.add(Obstacle.answered(FailurePolicy.refused(said, host.host().ascii()), required.lasting(host)));
        // What one sender asks beyond the mode is no refusal of the mode's.
        recorder.notDialled(pass, host, why.reason().ofSender() ? Optional.empty() : Optional.of(why),
                said.sentence());
    }

    private NextHop nextHop() {
        if (isDone() || obstacles.isEmpty()) return new NextHop.Answered();
        if (obstacles.stream().anyMatch(Obstacle::crowded)) return new NextHop.Crowded(mostTelling().outcome());
        if (obstacles.stream().anyMatch(Obstacle::busy)) return new NextHop.Busy(mostTelling().outcome());
        return outcomes.isEmpty() && unfit.isEmpty() && obstacles.stream().allMatch(Obstacle::silent)
                ? new NextHop.Silent(mostTelling().outcome())
                : new NextHop.Answered();
    }

    private Obstacle mostTelling() { return FailurePolicy.mostTelling(obstacles, Obstacle::failure); }

    private boolean isDone() { return outcomes.size() == mail.recipients().size(); }

    private List<QueuedRecipient> left() {
        return mail.recipients().stream().filter(one -> !outcomes.containsKey(one.index())).toList();
    }

    private void settleAll(Outcome outcome) {
        for (var recipient : mail.recipients())
            outcomes.putIfAbsent(recipient.index(), outcome);
    }
}
