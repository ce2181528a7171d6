package org.sternpost.engine.control.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;

/// One recipient domain that a connector judges by other settings than its own.
///
/// @param smtpDaneMode null: the connector's own; so `mtaStsMode`
/// @param state    `InForce`, `EndsSoon` (within a week) or `Expired`: then it has no effect any more
public record TlsExceptionView(@Column(value = 3, identity = true) String identity, @Column(1) String connector,
        @Column(1) String domain, @Column(1) TlsValidation tlsValidation, @Nullable SmtpDaneMode smtpDaneMode,
        @Nullable MtaStsMode mtaStsMode, @Column(1) String state, @Column(1) Instant expires, @Column(2) String owner,
        @Column(value = 2, text = true) String reason, String createdBy, Instant whenCreated) {}
