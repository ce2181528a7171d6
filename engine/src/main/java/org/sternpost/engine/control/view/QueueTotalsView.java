package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// All mail that waits, at one look.
///
/// @param look      its number, from 1
/// @param shown     how many queues it shows, one record each
/// @param found     how many queues are as they were asked for, shown or not
/// @param queues    that there are
/// @param messages  recipients, as each is delivered by itself
/// @param suspended of those: one by one, or with their queue
/// @param retry     of those, in queues all of which is put off
/// @param velocity  `outgoingRate` − `incomingRate`; these count mail of queues that are empty by now too
/// @param oldest    when the message that waits longest was received
/// @param trouble   what keeps the engine itself from its work now; empty text when nothing does
public record QueueTotalsView(@Column(value = 1, identity = true) long look, @Column(1) int shown,
        @Column(1) int found, @Column(1) int queues, @Column(1) long messages, @Column(1) long suspended,
        @Column(1) long retry, @Column(1) double incomingRate, @Column(1) double outgoingRate,
        @Column(1) double velocity,
        @Column(2) @Nullable Instant oldest, @Column(value = 2, text = true) String trouble) {}
