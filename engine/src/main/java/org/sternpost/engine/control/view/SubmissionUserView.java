package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody, or some application, that submits mail by a password. Of the password nothing is shown.
///
/// @param lastSeen when it last proved its password, since the engine's start; null: not since then
public record SubmissionUserView(@Column(value = 1, identity = true) String name, @Column(1) boolean enabled,
        @Column(2) @Nullable Instant lastSeen, @Column(value = 2, text = true) String comment,
        @Column(3) Instant whenCreated, @Column(4) Instant whenChanged, String createdBy) {}
