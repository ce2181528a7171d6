package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;

/// A gradual change of a connector's mode.
///
/// @param identity `R-3`
/// @param status   `Running`, `Suspended`, `Finished`, `RolledBack` or `Undone`
/// @param stage    from 1, of `shares`
/// @param history  each `time: what happened`
public record TlsRolloutView(@Column(value = 1, identity = true) String identity, @Column(1) String connector,
        @Column(3) TlsValidation from, @Column(1) TlsValidation to, @Column(1) String status, @Column(1) int stage,
        @Column(1) double sharePercent, List<Double> shares, Duration hold, double maxFailurePercent, int minMessages,
        @Column(2) long messages, @Column(2) long failures, @Column(2) double failurePercent,
        @Column(3) @Nullable Instant nextStageAt, Instant startedAt, @Column(value = 2, text = true) String why,
        List<String> history) {}
