package org.sternpost.cmdlets.rollout;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.RolloutDraft;
import org.sternpost.engine.control.view.TlsRolloutView;

/// Moves a connector to another mode, share by share of its recipient domains, or of its messages.
@Name(verb = Verb.Start, noun = "TlsRollout", summary = "Changes a connector's mode gradually, with a way "
        + "back.", impact = Impact.Medium)
@Example(shows = "See whether a rollout would be let through, and what it would do", run = "Start-TlsRollout insurers "
        + "-To Enabled -Concurrent -WhatIf", prints = """
        …
        …insurers…
        …
        """)
@Example(shows = "Insist on proofs for a tenth of the domains, then half, then all", run = "Start-TlsRollout insurers "
        + "-To Enabled -Shares 10%,50%,100% -Hold 12h -Concurrent", prints = """
        …
        …insurers…
        …
        """)
public record StartTlsRollout(
        @Param(value = "Name of the connector.", position = 0, pipeline = true, names = "connectors") String connector,
        @Param("Mode at the end.") TlsValidation to,
        @Param(value = "Growing shares; the last is "
                + "100%.", defaultValue = "5,25,50,100") List<Percent> shares,
        @Param(value = "What they are shares of: recipient domains, or the messages to every "
                + "domain.", defaultValue = "Domain") ShareOf by,
        @Param(value = "How long each share must stand without breach.", defaultValue = "24h") Duration hold,
        @Param(value = "Share of a stage's messages that may fail.", defaultValue = "0.5%") Percent maxFailureRate,
        @Param(value = "Messages of a stage before its failures count and before the next "
                + "stage.", defaultValue = "200") Integer minMessages,
        @Param(value = "What happens when too many fail.", defaultValue = "Rollback") OnBreach onBreach,
        @Param("Why the rollout starts although the connector is not ready; goes to the audit log. A resolver that may "
                + "not be trusted stops it all the same.") @Nullable String overrideReason,
        @Param("Its steps forward are taken only then, 'Mon-Fri 08:00-16:00'; a step back at any "
                + "time.") @Nullable String window,
        @Param("Time zone of -Window, Europe/Berlin; the one of the engine's machine when not "
                + "given.") @Nullable String timeZone,
        @Param("A ticket, or its text: stands with the rollout, and with each step in its history and the "
                + "audit log.") @Nullable String changeNote,
        @Param("Starts it also while rollouts of other connectors are open.") boolean concurrent)
        implements
            Cmdlet.Change<TlsRolloutView> {

    private static final double WHOLE = 100;

    public StartTlsRollout {
        for (int i = 1; i < shares.size(); i++)
            if (shares.get(i).value() <= shares.get(i - 1).value())
                throw new IllegalArgumentException("-Shares must grow");
        if (shares.isEmpty() || shares.getLast().value() != WHOLE)
            throw new IllegalArgumentException("the last of -Shares is 100%");
        if (shares.getFirst().value() == 0) throw new IllegalArgumentException("the first of -Shares is more than 0%");
    }

    @Override
    public Plan<TlsRolloutView> plan(Management engine) throws ManagementException {
        return engine.rollouts()
                .start(new RolloutDraft(connector, to, shares.stream().map(Percent::value).toList(), hold,
                        maxFailureRate.value(), minMessages, onBreach == OnBreach.Rollback,
                        overrideReason == null ? "" : overrideReason,
                        new RolloutDraft.Manner(by, window, timeZone, changeNote == null ? "" : changeNote),
                        concurrent));
    }

    /// What a rollout does when too much of its share's mail fails.
    public enum OnBreach {
        /// The whole connector returns to the mode before.
        Rollback,
        /// The share stays as it is, as by Suspend-TlsRollout, until an operator decides.
        Suspend
    }
}
