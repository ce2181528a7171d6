package org.sternpost.engine.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;

/// An exception that an operator asks for.
///
/// @param smtpDaneMode null leaves the connector's own; so `mtaStsMode`
public record TlsExceptionDraft(String connector, Domain domain, TlsValidation tlsValidation,
        @Nullable SmtpDaneMode smtpDaneMode, @Nullable MtaStsMode mtaStsMode, String reason, String owner,
        Instant expires) {}
