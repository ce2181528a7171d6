package org.sternpost.engine.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.QueuedRecipient;
import org.sternpost.engine.smtp.client.Answer;
import org.sternpost.engine.smtp.client.BrokenSession;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.smtp.client.Stage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Destination;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.TlsVerdict;

/// One attempt at one consignment: the strict pass, and for `Opportunistic` the relaxed one after it.
final class Round {

    private static final int STRICT = 1;
    private static final int RELAXED = 2;

    private final Consignment mail;
    private final Dialer dialer;
    private final Calls calls;
    private final Witness witness;
    private final Required required;
    private final Map<Integer, Outcome> outcomes = new HashMap<>();
    private final List<Outcome> obstacles = new ArrayList<>();
    private final Set<Domain> refused = new HashSet<>();
    private Optional<Failure> wouldHaveFailed = Optional.empty();

    Round(Consignment mail, Dialer dialer, Calls calls, Witness witness) {
        this.mail = mail;
        this.dialer = dialer;
        this.calls = calls;
        this.witness = witness;
        this.required = new Required(mail);
    }

    Attempt carry(Destination where) {
        switch (where) {
            case Destination.Impossible never -> settleAll(Judgement.impossible(never));
            case Destination.Unknown(var why) -> {
                witness.unknown(why);
                settleAll(required.asked()
                        ? Judgement.refused(required.refusal(why), "")
                        : Judgement.unknown(why, mail.mode()));
            }
            case Destination.Hosts hosts -> route(hosts);
        }
        return new Attempt(outcomes, witness.seen(), witness.openings());
    }

    private void route(Destination.Hosts route) {
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
        if (outcomes.isEmpty()) settleAll(Judgement.mostTelling(obstacles, Round::failure));
    }

    private void strict(Destination.Hosts route) {
        // RFC 7672 §2.1.2: a route whose lookup failed is not used, whatever was found by asking again.
        if (route.routeProblem().isEmpty()) pass(STRICT, route.hosts());
        else
            for (var host : route.hosts())
                refuse(STRICT, host, route.routeProblem().getFirst());
    }

    private void relaxed(Destination.Hosts route) {
        wouldHaveFailed = failure(Judgement.mostTelling(obstacles, Round::failure));
        obstacles.clear();
        pass(RELAXED, route.hosts().stream().filter(host -> refused.contains(host.host())).toList());
    }

    private void pass(int pass, List<HostJudgement> hosts) {
        for (var host : hosts)
            if (outcomes.isEmpty()) visit(pass, host);
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
            trouble(pass, host, Judgement.noAddress(host));
            return;
        }
        Requirement asked = required.of(host.host(), verdict);
        // RFC 5321 §5.1: every address of a host is tried before the host counts as failed.
        for (InetAddress address : host.addresses().stream().limit(Dialer.ADDRESSES_MAX).toList())
            if (outcomes.isEmpty()) visit(pass, host, address, asked);
    }

    private void visit(int pass, HostJudgement host, InetAddress address, Requirement asked) {
        Call call = calls.find(mail, host, address, asked, pass == RELAXED)
                .orElseGet(() -> dial(host, address, asked, false));
        // RFC 7435 §3: clear text after a failed handshake, for mail that has waited and that nothing protects.
        if (call.seen() instanceof Observed.Broken(var why, _) && !asked.needsTls() && mail.plaintextFallback()) {
            witness.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false, why.sentence());
            call = dial(host, address, asked, true);
        }
        for (boolean again = true; again;) {
            again = false;
            switch (Judgement.proof(asked, call.seen(), mail.plaintextFallback(), dialer.prover())) {
                case Proof.Refused(var why) -> refused(pass, host, call, asked, why);
                case Proof.Proven(var level) -> {
                    if (unsupported(pass, host, call, asked, level)) return;
                    boolean used = call.used();
                    // A host may have ended a session that waited; that says nothing about a fresh one.
                    again = !transfer(pass, host, call, asked, level, used);
                    if (again) call = dial(host, address, asked, false);
                }
            }
        }
    }

    private Call dial(HostJudgement host, InetAddress address, Requirement asked, boolean clear) {
        var peer = new InetSocketAddress(address, host.port());
        var call = new Call(PolicyKey.of(mail, host.host(), address, host.port(), asked),
                dialer.dial(mail.connector(), peer, asked, clear), clear, witness.now());
        calls.keep(call);
        return call;
    }

    /// False if a used session turned out to be over before the host took part.
    private boolean transfer(int pass, HostJudgement host, Call call, Requirement asked, Level level, boolean used) {
        return switch (call.seen()) {
            case Observed.Trouble(var what) -> {
                obstacles.add(Judgement.trouble(what, host.host().ascii()));
                witness.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false, what.sentence());
                yield true;
            }
            case Observed.Secure(var session, var tls) ->
                send(pass, host, call, asked, level, used, session, tls.words());
            case Observed.InClear(var session, _) -> send(pass, host, call, asked, level, used, session, "");
            case Observed.Broken _,Observed.NotDialled() -> throw new IllegalStateException("refused before");
        };
    }

    private boolean send(int pass, HostJudgement host, Call call, Requirement asked, Level level, boolean used,
            SmtpSession session, String tls) {
        try {
            for (var group : Parcels.groups(mail.recipients())) {
                call.use();
                var answers = session.send(Parcels.of(mail, group));
                if (closing(answers) && outcomes.isEmpty()) {
                    call.kill();
                    if (used) return false;
                    var said = (Answer.Said) answers.getFirst();
                    note(pass, host, call, asked, Judgement.unwilling(host.host(), said.stage(), said.reply()));
                    return true;
                }
                settle(host, call, group, answers, level, tls);
                if (answers.stream().noneMatch(Round::ended)) session.reset();
            }
        } catch (IOException broken) {
            call.kill();
            boolean sent = broken instanceof BrokenSession at && at.stage() == Stage.Content;
            if (used && !sent && outcomes.isEmpty() && broken instanceof BrokenSession) return false;
            var what = Judgement.broken(host.host(), broken);
            if (outcomes.isEmpty() && !sent && broken instanceof BrokenSession) {
                note(pass, host, call, asked, what);
                return true;
            }
            // What may have been delivered, and what we cannot read, is not offered to another host now.
            settleAll(Judgement.trouble(what, host.host().ascii()));
        }
        var first = outcomes.get(mail.recipients().getFirst().index());
        boolean delivered = outcomes.values().stream().anyMatch(Outcome.Delivered.class::isInstance);
        witness.tried(pass, host, call, asked.level(), level, Optional.empty(), delivered,
                first == null ? "" : first.sentence());
        return true;
    }

    private void settle(HostJudgement host, Call call, List<QueuedRecipient> group, List<Answer> answers, Level level,
            String tls) {
        for (int i = 0; i < group.size(); i++)
            outcomes.put(group.get(i).index(), Judgement.answer(answers.get(i), host.host(), call.addressText(), level,
                    tls, wouldHaveFailed, call.seen().offers("DSN")));
    }

    private void note(int pass, HostJudgement host, Call call, Requirement asked, Judgement.Said what) {
        obstacles.add(Judgement.trouble(what, host.host().ascii()));
        witness.tried(pass, host, call, asked.level(), Level.None, Optional.empty(), false, what.sentence());
    }

    /// True if the host lacks REQUIRETLS and the message wants it; the session stays for mail with the same wish.
    private boolean unsupported(int pass, HostJudgement host, Call call, Requirement asked, Level level) {
        Optional<Failure> why = required.unsupported(host, call.seen());
        if (why.isEmpty()) return false;
        obstacles.add(Judgement.refused(why.get(), host.host().ascii()));
        witness.tried(pass, host, call, asked.level(), level, Optional.empty(), false, why.get().sentence());
        return true;
    }

    private void refused(int pass, HostJudgement host, Call call, Requirement asked, Failure why) {
        // Without a requirement a failed handshake is trouble of the host, not a verdict of validation.
        if (asked.needsTls()) {
            if (pass == STRICT) refused.add(host.host());
            obstacles.add(Judgement.refused(required.refusal(host, call.seen(), why, dialer.prover()),
                    host.host().ascii()));
        } else
            obstacles.add(Judgement.trouble(new Judgement.Said(why.reason().waitingCode(), why.sentence(),
                    Optional.of(why).filter(Failure::isLocal)), host.host().ascii()));
        Level achieved = switch (call.seen()) {
            case Observed.Secure _ -> Level.Encrypted;
            case Observed.InClear _ -> Level.Plaintext;
            case Observed.Broken _,Observed.Trouble _,Observed.NotDialled() -> Level.None;
        };
        witness.tried(pass, host, call, asked.level(), achieved,
                asked.needsTls() && !required.asked() ? Optional.of(why) : Optional.empty(), false, why.sentence());
    }

    private void refuse(int pass, HostJudgement host, Failure why) {
        refused.add(host.host());
        Failure said = required.refusal(why);
        obstacles.add(Judgement.refused(said, host.host().ascii()));
        // What one sender asks beyond the mode is no refusal of the mode's.
        witness.notDialled(pass, host, why.reason().ofSender() ? Optional.empty() : Optional.of(why),
                said.sentence());
    }

    private void trouble(int pass, HostJudgement host, Judgement.Said what) {
        obstacles.add(Judgement.trouble(what, host.host().ascii()));
        witness.notDialled(pass, host, Optional.empty(), what.sentence());
    }

    private void settleAll(Outcome outcome) {
        for (var recipient : mail.recipients())
            outcomes.putIfAbsent(recipient.index(), outcome);
    }

    private static Optional<Failure> failure(Outcome outcome) {
        return outcome instanceof Outcome.Deferred deferred ? deferred.failure() : Optional.empty();
    }

    private static boolean ended(Answer answer) {
        return answer instanceof Answer.Said said && said.stage() == Stage.Content;
    }

    /// RFC 5321 §3.8: 421 says that the host ends the session, not what it thinks of this message.
    private static boolean closing(List<Answer> answers) {
        return answers.getFirst() instanceof Answer.Said(var stage, var reply) && stage == Stage.Mail
                && reply.code() == 421;
    }
}
