package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;

/// A gradual change of a connector's mode.
///
/// @param identity `R-3`
/// @param status   `Running`, `Suspended`, `Finished`, `RolledBack`, `Stopped` or `Undone`
/// @param stage    from 1, of `shares`
/// @param by       what its shares are shares of
/// @param window   in which alone its steps forward are taken; empty text for any time
/// @param why      it ended, or what it waits for
/// @param unknown  messages that trouble of our own kept from telling
/// @param delayedPercent of the stage's domains that had mail: some of it was put off when it was first tried
/// @param oldModeDelayedPercent the same of the connector's other domains in the same time
/// @param domains  that the stage holds, each proven, failing, unproven (there was mail that told nothing) or quiet
/// @param nextStageAt when its share grows, or all of it is done, if nothing fails; null where it has ended, stands
///                 still, or waits for what no clock brings
/// @param history  each `time: what happened`
public record TlsRolloutView(@Column(value = 1, identity = true) String identity, @Column(1) String connector,
        @Column(3) TlsValidation from, @Column(1) TlsValidation to, @Column(1) String status, @Column(1) int stage,
        @Column(1) double sharePercent, List<Double> shares, ShareOf by, Duration hold, String window,
        String changeNote, double maxFailurePercent, int minMessages,
        @Column(2) long messages, @Column(2) long failures, @Column(2) double failurePercent,
        @Column(4) long unknown, @Column(4) double delayedPercent, @Column(4) double oldModeDelayedPercent,
        @Column(3) long domains, @Column(3) long proven,
        @Column(3) @Nullable Instant nextStageAt, Instant startedAt, @Column(value = 2, text = true) String why,
        List<String> provenDomains, List<String> failingDomains, List<String> unprovenDomains,
        List<String> quietDomains, List<String> history) {}
