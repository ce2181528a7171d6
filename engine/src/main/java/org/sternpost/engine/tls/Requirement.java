package org.sternpost.engine.tls;

import java.util.stream.Collectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.TlsVerdict;

/// What a session with one host must prove: the verdict of DANE and MTA-STS over the floor of the connector.
///
/// @param tlsDomain the name that [TlsSettings#DomainValidation] wants, exact or `*.name`; empty text otherwise
public record Requirement(Domain host, TlsVerdict verdict, TlsSettings floor, String tlsDomain) {

    public Requirement {
        if (verdict instanceof TlsVerdict.Refused)
            throw new IllegalArgumentException("a refused host is not dialled, so nothing can be required of it");
        if (tlsDomain.isEmpty() == (floor == TlsSettings.DomainValidation))
            throw new IllegalArgumentException("TlsDomain goes with DomainValidation and with nothing else");
    }

    /// What a connector's own floor and a verdict ask of a host.
    public static Requirement of(OutboundConnector connector, Domain host, TlsVerdict verdict) {
        return of(connector, connector.tlsSettings(), host, verdict);
    }

    /// The same over a floor that is raised, as the sender of one message may.
    public static Requirement of(OutboundConnector connector, TlsSettings floor, Domain host, TlsVerdict verdict) {
        String tlsDomain = connector.tlsDomain();
        return new Requirement(host, verdict, floor, tlsDomain == null ? "" : tlsDomain);
    }

    /// The floor alone, as `Disabled` and the second pass of `Opportunistic` want it.
    public Requirement relaxed() { return new Requirement(host, new TlsVerdict.None(), floor, tlsDomain); }

    /// The weakest level that satisfies; the stronger of verdict and floor.
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

    /// True if the chain must end at a configured trust anchor.
    public boolean needsPkix() {
        return switch (verdict) {
            // RFC 7672 §3.1: DANE needs no public authority; a floor that names a domain asks for one all the same.
            case TlsVerdict.Dane _ -> floor == TlsSettings.DomainValidation;
            case TlsVerdict.Sts _ -> true;
            case TlsVerdict.Encrypted(),TlsVerdict.None() -> floor.compareTo(TlsSettings.CertificateValidation) >= 0;
            case TlsVerdict.Refused _ -> throw new IllegalStateException("refused in the constructor");
        };
    }

    /// True if the certificate must name the host: wherever PKIX is asked for and `TlsDomain` does not stand in for it.
    public boolean needsHostName() {
        return verdict instanceof TlsVerdict.Sts || needsPkix() && floor == TlsSettings.CertificateValidation;
    }

    /// The name to say in the handshake.
    public String sni() {
        // RFC 7672 §8.1: the TLSA base name when DANE decides; RFC 8461 §7.1: the MX host otherwise.
        return verdict instanceof TlsVerdict.Dane dane ? dane.base().ascii() : host.ascii();
    }

    /// The same text for the same policy, whatever the order of its records.
    public String key() {
        String asked = switch (verdict) {
            case TlsVerdict.Dane dane -> "dane " + dane.base() + " " + dane.names().stream().sorted().toList() + " "
                    + dane.usable().stream().map(Tlsa::toString).sorted().collect(Collectors.joining(","));
            case TlsVerdict.Sts sts -> "sts " + sts.host() + " " + sts.policyId();
            case TlsVerdict.Encrypted() -> "encrypted";
            case TlsVerdict.None() -> "none";
            case TlsVerdict.Refused _ -> throw new IllegalStateException("refused in the constructor");
        };
        return host + " " + floor + " " + tlsDomain + " " + asked;
    }
}
