package org.sternpost.engine.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.engine.tls.Requirement;

/// One message over one session, in as many transactions as the host wants.
final class Transfer {

    private static final int RECIPIENTS_MAX = 100; // of a transaction, which every host takes (RFC 5321 §4.5.3.1.8)

    /// How it ended for those who have no outcome then.
    sealed interface End {

        /// There are none.
        record Done() implements End {}

        /// The session is over, and nobody refused or took them.
        ///
        /// @param anew a fresh session may do better: this one was used before, or it took others
        record Over(FailurePolicy.Said why, boolean anew) implements End {}

        /// The host lacks what the message needs.
        ///
        /// @param outcome if no other has it
        record Unfit(Outcome outcome) implements End {}

        /// The host may have them, or we could not read our own copy: nobody else is asked now.
        record Doubtful(FailurePolicy.Said why) implements End {}
    }

    private final ClaimedDelivery mail;
    private final Requirement asked;
    private final PooledSession call;
    private final Function<Answer, Outcome> judge;
    private final Map<Integer, Outcome> settled = new LinkedHashMap<>();
    private final List<QueuedRecipient> left;
    private int recipientsMax = RECIPIENTS_MAX; // fewer where the host has said so

    /// @param asked of the host
    /// @param judge says what an answer means for a recipient
    Transfer(ClaimedDelivery mail, Requirement asked, PooledSession call, List<QueuedRecipient> recipients,
            Function<Answer, Outcome> judge) {
        this.mail = mail;
        this.asked = asked;
        this.call = call;
        this.judge = judge;
        this.left = new ArrayList<>(recipients);
    }

    /// What is known so far, also of a session that broke later.
    Map<Integer, Outcome> settled() { return settled; }

    End over(SmtpSession session) {
        boolean used = call.used();
        try {
            while (!left.isEmpty()) {
                call.use();
                var group = List.copyOf(left.subList(0, Math.min(left.size(), recipientsMax)));
                var answers = session.send(mail.message().envelope(group), mail.body());
                switch (answers.getFirst()) {
                    case Answer.Unfit unfit -> {
                        return new End.Unfit(judge.apply(unfit));
                    }
                    case Answer.Said _,Answer.Lost _ -> settle(group, answers);
                }
                for (Answer answer : answers)
                    switch (answer) {
                        case Answer.Said(var stage, var reply) when FailurePolicy.closes(reply) -> {
                            return new End.Over(FailurePolicy.unwilling(asked, stage, reply), anew(used));
                        }
                        case Answer.Lost(var why) -> {
                            return new End.Doubtful(FailurePolicy.broken(asked, why));
                        }
                        case Answer.Said said when FailurePolicy.tooLarge(said) -> {
                            return new End.Unfit(judge.apply(said));
                        }
                        case Answer.Said _,Answer.Unfit _ -> {
                        }
                    }
            }
            return new End.Done();
        } catch (BrokenSessionException broken) {
            return new End.Over(FailurePolicy.broken(asked, broken), anew(used) || isAskedOtherwise(broken));
        } catch (IOException ours) {
            return new End.Doubtful(FailurePolicy.broken(asked, ours));
        }
    }

    /// Whoever is not settled stays: one too many for this transaction, or left behind by a host that closes.
    private void settle(List<QueuedRecipient> group, List<Answer> answers) {
        boolean some = answers.stream().anyMatch(Transfer::hadContent);
        int taken = (int) answers.stream().filter(Transfer::hadContent).count();
        boolean others = some || settled.values().stream().anyMatch(Outcome.Delivered.class::isInstance);
        for (int i = 0; i < group.size(); i++) {
            Outcome outcome = judge.apply(answers.get(i));
            if (answers.get(i) instanceof Answer.Said said) {
                if (FailurePolicy.closes(said.reply()) || FailurePolicy.tooLarge(said)) continue;
                boolean tooMany = FailurePolicy.tooMany(said, others, group.size() == 1);
                // RFC 5321 §4.5.3.1.10: the next transaction asks for no more than this one was granted.
                if (tooMany && some) {
                    recipientsMax = taken;
                    continue;
                }
                if (tooMany) outcome = FailurePolicy.tooMany(asked, said);
            }
            settled.put(group.get(i).index(), outcome);
            left.remove(group.get(i));
        }
    }

    /// A host that fails at what it announced is asked without it the next time.
    private static boolean isAskedOtherwise(BrokenSessionException broken) {
        return switch (broken.fault()) {
            case Pipeline, Chunking -> true;
            case Own, Connection, Protocol, Unasked, Injected -> false;
        };
    }

    /// A session that waited may have ended meanwhile, and one that took something may have had enough.
    private boolean anew(boolean used) { return used || !settled.isEmpty(); }

    private static boolean hadContent(Answer answer) {
        return answer instanceof Answer.Lost || answer instanceof Answer.Said said && said.stage() == Stage.Content;
    }
}
