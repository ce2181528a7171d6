package org.sternpost.engine.tls;

import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason.Owner;
import org.sternpost.engine.trust.RequireTls;

/// What a session with one host must prove: the verdict of DANE and MTA-STS over the floor of the connector.
///
/// @param tlsDomain  the name that [TlsSettings#DomainValidation] wants, exact or `*.name`; empty text otherwise
/// @param byHostName true if a certificate that satisfies the floor must also name the host
/// @param operator   who runs the host, and so mends what it fails at; asks nothing of it
public record Requirement(Domain host, TlsVerdict verdict, TlsSettings floor, String tlsDomain, boolean byHostName,
        Owner operator) {

    public Requirement {
        if (verdict instanceof TlsVerdict.Refused)
            throw new IllegalArgumentException("a refused host is not dialled, so nothing can be required of it");
        if (tlsDomain.isEmpty() == (floor == TlsSettings.DomainValidation))
            throw new IllegalArgumentException("TlsDomain goes with DomainValidation and with nothing else");
    }

    /// What a connector asks of a host that MX records name: `CertificateValidation` looks at no name.
    public Requirement(Domain host, TlsVerdict verdict, TlsSettings floor, String tlsDomain) {
        this(host, verdict, floor, tlsDomain, false, Owner.RECIPIENT);
    }

    /// What a connector's own floor and a verdict ask of a host.
    public static Requirement of(OutboundConnector connector, Domain host, TlsVerdict verdict) {
        String tlsDomain = connector.tls().tlsDomain();
        return new Requirement(host, verdict, connector.tls().tlsSettings(), tlsDomain == null ? "" : tlsDomain, false,
                Owner.ofHosts(connector));
    }

    /// The same with what the sender of a message asks on top (RFC 8689 §4.2.1): a certificate for the host's name.
    public Requirement requiringTls() {
        return new Requirement(host, verdict, RequireTls.floor(floor), tlsDomain, true, operator);
    }

    /// The same under another verdict.
    public Requirement with(TlsVerdict other) {
        return new Requirement(host, other, floor, tlsDomain, byHostName, operator);
    }

    /// The verdict alone, whatever the connector asks on top.
    public Requirement withoutFloor() { return new Requirement(host, verdict, TlsSettings.None, "", false, operator); }

    /// The weakest level that satisfies; the stronger of verdict and floor (docs/transport-security.md#mode-floor).
    public Level level() {
        Level asked = switch (verdict) {
            case TlsVerdict.Dane _ -> Level.Dane;
            case TlsVerdict.Sts _ -> Level.MtaSts;
            // RFC 7672 §2.2: unusable TLSA records still make TLS mandatory.
            case TlsVerdict.Encrypted() -> Level.Encrypted;
            // RFC 7435 §3: without a policy, clear text is better than no mail.
            case TlsVerdict.None() -> Level.Plaintext;
            case TlsVerdict.Refused _ -> throw new IllegalStateException("refused in the constructor");
        };
        Level least = switch (floor) {
            case None -> Level.Plaintext;
            case EncryptionOnly -> Level.Encrypted;
            case CertificateValidation, DomainValidation -> Level.Authenticated;
        };
        return asked.compareTo(least) >= 0 ? asked : least;
    }

    /// True if STARTTLS must succeed.
    public boolean needsTls() { return level().compareTo(Level.Encrypted) >= 0; }

    /// True if somebody must be authenticated, which also makes TLS 1.2 the floor (RFC 8461 §7.2, RFC 8996 §5).
    public boolean authenticates() { return level().compareTo(Level.Authenticated) >= 0; }

    /// True if the chain must end at a configured trust anchor (docs/transport-security.md#cert-for-floor).
    public boolean needsPkix() {
        return switch (verdict) {
            // RFC 7672 §3.1: DANE needs no public authority; a floor that names a domain asks for one all the same.
            case TlsVerdict.Dane _ -> floor == TlsSettings.DomainValidation;
            case TlsVerdict.Sts _ -> true;
            case TlsVerdict.Encrypted(),TlsVerdict.None() -> floor.compareTo(TlsSettings.CertificateValidation) >= 0;
            case TlsVerdict.Refused _ -> throw new IllegalStateException("refused in the constructor");
        };
    }

    /// True if the certificate must name the host; `TlsDomain` stands in for it.
    public boolean needsHostName() {
        return verdict instanceof TlsVerdict.Sts
                || byHostName && needsPkix() && floor == TlsSettings.CertificateValidation;
    }

    /// The name to say in the handshake.
    public String sni() {
        // RFC 7672 §8.1: the TLSA base name when DANE decides; RFC 8461 §7.1: the MX host otherwise.
        return verdict instanceof TlsVerdict.Dane dane ? dane.base().ascii() : host.ascii();
    }

    /// The same text for the same policy, whatever the order of its records.
    public String key() {
        String asked = switch (verdict) {
            // RFC 7672 §3.1.1: DANE-EE looks at no name, so that all domains of a host ask the same of it.
            case TlsVerdict.Dane dane ->
                "dane " + dane.base() + " " + (looksAtNames(dane) ? dane.names().stream().sorted().toList() : "") + " "
                        + records(dane.usable());
            case TlsVerdict.Sts sts -> "sts " + sts.host() + " " + sts.policyId();
            case TlsVerdict.Encrypted() -> "encrypted";
            case TlsVerdict.None() -> "none";
            case TlsVerdict.Refused _ -> throw new IllegalStateException("refused in the constructor");
        };
        return host + " " + floor + " " + tlsDomain + (byHostName ? " by name " : " ") + asked;
    }

    private static boolean looksAtNames(TlsVerdict.Dane dane) {
        for (Tlsa record : dane.usable())
            if (record.usage() == 2) return true;
        return false;
    }

    private static String records(List<Tlsa> usable) {
        return usable.size() == 1
                ? usable.getFirst().toString()
                : usable.stream().map(Tlsa::toString).sorted().collect(Collectors.joining(","));
    }

    /// Whether a chain satisfies a requirement.
    public sealed interface Proof {

        /// It does, at this level.
        record Proven(Level level) implements Proof {}

        /// It does not.
        record Refused(Failure why) implements Proof {}
    }
}
