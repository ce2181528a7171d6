package org.sternpost.engine.connector;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;

/// One recipient domain that a connector judges by other settings than its own, for a reason and until a moment.
///
/// Precedence: an exception goes before the share of a rollout, and that before the connector's own settings.
///
/// @param connector    its connector's identity
/// @param smtpDaneMode null leaves the connector's own; so does `mtaStsMode`
/// @param owner        who answers for it and is asked when it ends
/// @param told         what operators were told already, so that nothing is told twice
public record TlsOverride(String connector, Domain domain, TlsValidation tlsValidation,
        @Nullable SmtpDaneMode smtpDaneMode, @Nullable MtaStsMode mtaStsMode, String reason, String owner,
        String createdBy, Instant whenCreated, Instant expires, Told told) {

    /// What operators were told of its end.
    public enum Told { Nothing, EndsSoon, Expired }

    /// Where it stands.
    public enum State { InForce, EndsSoon, Expired }

    private static final Duration SOON = Duration.ofDays(7); // time for its owner to answer a mail
    private static final int TEXT_CHARACTERS_MAX = 500;

    public TlsOverride {
        // As the store keeps them.
        whenCreated = whenCreated.truncatedTo(ChronoUnit.MILLIS);
        expires = expires.truncatedTo(ChronoUnit.MILLIS);
        refuse(reason.isBlank(), "an exception needs a reason");
        refuse(owner.isBlank(), "an exception needs an owner");
        refuse(reason.length() > TEXT_CHARACTERS_MAX || owner.length() > TEXT_CHARACTERS_MAX,
                "reason and owner have at most " + TEXT_CHARACTERS_MAX + " characters");
        refuse((reason + owner).chars().anyMatch(c -> c < 0x20 || c == 0x7f),
                "reason and owner are one line without control characters");
        refuse(!expires.isAfter(whenCreated), "an exception that ends at " + expires + " would have ended already");
    }

    /// A new one with the connector's own modes, of which nobody was told anything yet.
    public static TlsOverride of(String connector, Domain domain, TlsValidation tlsValidation, String reason,
            String owner, String createdBy, Instant now, Instant expires) {
        return new TlsOverride(connector, domain, tlsValidation, null, null, reason, owner, createdBy, now, expires,
                Told.Nothing);
    }

    public TlsOverride withSmtpDaneMode(@Nullable SmtpDaneMode dane) {
        return new TlsOverride(connector, domain, tlsValidation, dane, mtaStsMode, reason, owner, createdBy,
                whenCreated, expires, told);
    }

    public TlsOverride withMtaStsMode(@Nullable MtaStsMode sts) {
        return new TlsOverride(connector, domain, tlsValidation, smtpDaneMode, sts, reason, owner, createdBy,
                whenCreated, expires, told);
    }

    /// At its last moment it has ended.
    public State state(Instant now) {
        if (!now.isBefore(expires)) return State.Expired;
        return now.isBefore(expires.minus(SOON)) ? State.InForce : State.EndsSoon;
    }

    public boolean isInForce(Instant now) { return state(now) != State.Expired; }

    /// What operators ought to have been told by now. Who makes one for less than a week knows that it ends soon.
    public Told due(Instant now) {
        return switch (state(now)) {
            case Expired -> Told.Expired;
            case EndsSoon -> whenCreated.isBefore(expires.minus(SOON)) ? Told.EndsSoon : Told.Nothing;
            case InForce -> Told.Nothing;
        };
    }

    /// True if mail that fails validation is delivered although the connector would hold it back.
    public boolean excuses() { return tlsValidation != TlsValidation.Enabled; }

    /// The connector as it judges this domain: no share of a rollout reaches it.
    public OutboundConnector over(OutboundConnector c) {
        return c.withTls(c.tls().withModes(smtpDaneMode == null ? c.tls().smtpDaneMode() : smtpDaneMode,
                mtaStsMode == null ? c.tls().mtaStsMode() : mtaStsMode)).withMode(tlsValidation);
    }

    TlsOverride told(Told now) {
        return new TlsOverride(connector, domain, tlsValidation, smtpDaneMode, mtaStsMode, reason, owner, createdBy,
                whenCreated, expires, now);
    }

    private static void refuse(boolean broken, String why) { if (broken) throw new IllegalArgumentException(why); }
}
