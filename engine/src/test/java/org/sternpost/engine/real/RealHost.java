package org.sternpost.engine.real;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.lab.Expectation;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;

/// A domain at a real receiver: what it publishes, what its only mail host shows, and what becomes of mail to it.
///
/// @param refusal why `Enabled` does not deliver, code and token; empty: it does
public record RealHost(String label, Zone zone, CertificateKind certificate, Offer offer, Place place,
        List<TlsaSpec> tlsa, Optional<Policy> policy, Optional<Refusal> refusal) {

    /// Whose signatures prove the domain.
    enum Zone {
        /// The receiver's own zone, signed.
        SIGNED,
        /// A zone of its own below it, which is not signed.
        UNSIGNED,
        /// A zone of its own below it, whose signatures are over.
        EXPIRED,
        /// Signed, but the zone of its TLSA records below it has signatures that are over.
        TLSA_EXPIRED
    }

    /// What the host offers.
    enum Offer {
        CLEAR(""), TLS13("TLSv?1\\.3"), TLS12("TLSv?1\\.2"),
        /// And shows an RSA key, as most hosts did for long; self-signed.
        TLS12_RSA("TLSv?1\\.2");

        private final String version;

        Offer(String version) { this.version = version; }
    }

    /// Where the TLSA records are.
    enum Place {
        /// At the port of the host.
        OWN,
        /// At a wildcard above it, which takes a proof that nothing is nearer (RFC 4035 §5.3.4).
        WILDCARD,
        /// Behind an alias, as operators of many hosts publish them (RFC 7671 §7).
        ALIAS
    }

    /// An MTA-STS policy; `found` is false if the record announces one that the policy host does not have.
    record Policy(String mode, boolean listsTheHost, boolean found) {}

    record Refusal(String code, String token) {}

    public static List<RealHost> all() {
        return List.of(
                dane("dane-ok", TlsaSpec.right(3, 1, 1)),
                dane("dane-rsa", TlsaSpec.right(3, 1, 1)).offers(Offer.TLS12_RSA),
                dane("dane-wildcard", TlsaSpec.right(3, 1, 1)).at(Place.WILDCARD),
                dane("dane-wildcard-mismatch", TlsaSpec.wrong(3, 1, 1)).at(Place.WILDCARD)
                        .refused("4.7.323", "tlsa-invalid"),
                dane("dane-alias", TlsaSpec.right(3, 1, 1)).at(Place.ALIAS),
                dane("dane-alias-mismatch", TlsaSpec.wrong(3, 1, 1)).at(Place.ALIAS)
                        .refused("4.7.323", "tlsa-invalid"),
                dane("dane-ee-full", TlsaSpec.right(3, 0, 0)),
                dane("dane-ee-expired", TlsaSpec.right(3, 1, 1)).shows(CertificateKind.EXPIRED),
                dane("dane-ta", TlsaSpec.right(2, 0, 1)).shows(CertificateKind.PRIVATE),
                dane("dane-ta-unsent", TlsaSpec.right(2, 0, 0)).shows(CertificateKind.PRIVATE_ALONE),
                dane("dane-ta-name", TlsaSpec.right(2, 1, 1)).shows(CertificateKind.PRIVATE_WRONG_NAME)
                        .refused("4.7.325", "certificate-host-mismatch"),
                dane("dane-mismatch", TlsaSpec.wrong(3, 1, 1)).refused("4.7.323", "tlsa-invalid"),
                dane("dane-no-starttls", TlsaSpec.right(3, 1, 1)).offers(Offer.CLEAR)
                        .refused("4.7.321", "starttls-not-supported"),
                dane("dane-unusable", TlsaSpec.right(1, 1, 1)),
                dane("dane-bogus", TlsaSpec.right(3, 1, 1)).in(Zone.TLSA_EXPIRED)
                        .refused("4.7.324", "dnssec-invalid"),
                dane("dane-insecure", TlsaSpec.wrong(3, 1, 1)).in(Zone.UNSIGNED), // unproven records say nothing
                none("bogus").in(Zone.EXPIRED).refused("4.7.324", "dnssec-invalid"),
                sts("sts-ok", "enforce", true),
                sts("sts-tls12", "enforce", true).offers(Offer.TLS12),
                sts("sts-unsigned", "enforce", true).in(Zone.UNSIGNED),
                sts("sts-mx", "enforce", false).refused("4.4.8", "sts-mx-mismatch"),
                sts("sts-self-signed", "enforce", true).shows(CertificateKind.SELF_SIGNED)
                        .refused("4.7.326", "certificate-not-trusted"),
                sts("sts-name", "enforce", true).shows(CertificateKind.WRONG_NAME)
                        .refused("4.7.325", "certificate-host-mismatch"),
                sts("sts-expired", "enforce", true).shows(CertificateKind.EXPIRED)
                        .refused("4.7.322", "certificate-expired"),
                sts("sts-no-starttls", "enforce", true).offers(Offer.CLEAR).refused("4.7.321",
                        "starttls-not-supported"),
                sts("sts-testing", "testing", false).shows(CertificateKind.SELF_SIGNED),
                none("sts-missing").with(new Policy("enforce", false, false)),
                none("plain").in(Zone.UNSIGNED),
                none("plain-signed").shows(CertificateKind.SELF_SIGNED),
                none("plain-clear").in(Zone.UNSIGNED).offers(Offer.CLEAR));
    }

    /// What a mode makes of mail to this domain.
    public Expectation expectation(TlsValidation mode) {
        if (refusal.isEmpty()) return Expectation.delivered();
        return switch (mode) {
            case Disabled -> Expectation.delivered();
            case Opportunistic -> Expectation.deliveredAlthough(refusal.get().token());
            case Enabled -> Expectation.deferred(refusal.get().code(), refusal.get().token());
        };
    }

    /// Whether a message came as the host offers it.
    ///
    /// @param tls as the receiver says, empty for plain text
    public boolean came(Optional<String> tls) { return tls.orElse("").matches(offer.version); }

    public String domain(String receiver) { return label + "." + receiver + ".test"; }

    String host(String receiver) { return "mx." + domain(receiver); }

    private static RealHost none(String label) {
        return new RealHost(label, Zone.SIGNED, CertificateKind.TRUSTED, Offer.TLS13, Place.OWN, List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static RealHost dane(String label, TlsaSpec tlsa) {
        return new RealHost(label, Zone.SIGNED, CertificateKind.SELF_SIGNED, Offer.TLS13, Place.OWN, List.of(tlsa),
                Optional.empty(), Optional.empty());
    }

    private static RealHost sts(String label, String mode, boolean listsTheHost) {
        return none(label).with(new Policy(mode, listsTheHost, true));
    }

    private RealHost in(Zone other) {
        return new RealHost(label, other, certificate, offer, place, tlsa, policy, refusal);
    }

    private RealHost shows(CertificateKind other) {
        return new RealHost(label, zone, other, offer, place, tlsa, policy, refusal);
    }

    private RealHost offers(Offer other) {
        return new RealHost(label, zone, certificate, other, place, tlsa, policy, refusal);
    }

    private RealHost at(Place other) {
        return new RealHost(label, zone, certificate, offer, other, tlsa, policy, refusal);
    }

    private RealHost with(Policy other) {
        return new RealHost(label, zone, certificate, offer, place, tlsa, Optional.of(other), refusal);
    }

    private RealHost refused(String code, String token) {
        return new RealHost(label, zone, certificate, offer, place, tlsa, policy,
                Optional.of(new Refusal(code, token)));
    }
}
