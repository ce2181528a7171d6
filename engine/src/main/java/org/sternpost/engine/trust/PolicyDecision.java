package org.sternpost.engine.trust;

import java.util.Optional;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Ranks what DANE and MTA-STS say of one host. Pure: what was learned in, a verdict out.
///
/// @param policyDomain whose policy `sts` is
/// @param next         reference names and the rest that a DANE verdict carries
/// @param half         true if the way to the host is not proven (RFC 7672 §2.2.1)
/// @param weakness     why the way is not proven although it is signed
record PolicyDecision(Domain host, Domain policyDomain, TlsaLookup tlsa, StsLookup sts, DaneNames next, boolean half,
        Optional<Weakness> weakness) {

    /// A way of which a signature would be proof enough.
    PolicyDecision(Domain host, Domain policyDomain, TlsaLookup tlsa, StsLookup sts, DaneNames next, boolean half) {
        this(host, policyDomain, tlsa, sts, next, half, Optional.empty());
    }

    /// Makes the reference names for a TLSA base.
    @FunctionalInterface
    interface DaneNames {
        java.util.List<Domain> of(Domain base);
    }

    /// What the host must prove under these refinements.
    TlsVerdict verdict(SmtpDaneMode daneMode, MtaStsMode stsMode) {
        Optional<Failure> unlisted = unlisted(stsMode);
        // RFC 8461 §4.1: a host that an enforced policy does not list is not used, whatever DANE says.
        if (unlisted.isPresent()) return new TlsVerdict.Refused(unlisted.get());
        TlsVerdict asked = published(daneMode != SmtpDaneMode.None, stsMode != MtaStsMode.None);
        if (asked instanceof TlsVerdict.Refused) return asked;
        return missing(daneMode, stsMode, asked).<TlsVerdict>map(TlsVerdict.Refused::new).orElse(asked);
    }

    /// What DANE by itself asks, for evidence.
    TlsVerdict byDane() { return published(true, false); }

    /// What the policy by itself asks, for evidence: `testing` is judged in full (RFC 8461 §5).
    TlsVerdict bySts() {
        return switch (sts) {
            case StsLookup.Held(var held, _) when held.policy().lists(host) -> new TlsVerdict.Sts(host, held.id());
            case StsLookup.Held(var held, _) when held.policy().mode() == Policy.Mode.Enforce ->
                new TlsVerdict.Refused(StsFailures.stsMismatch(host, held));
            case StsLookup.Held(var held, _) -> new TlsVerdict.Refused(StsFailures.stsTestingMismatch(host, held));
            case StsLookup.None _ -> new TlsVerdict.None();
        };
    }

    /// What the published records ask, nothing being mandatory.
    private TlsVerdict published(boolean useDane, boolean useSts) {
        TlsVerdict bySts = useSts && enforced() ? byPolicy() : new TlsVerdict.None();
        if (!useDane) return bySts;
        return switch (tlsa) {
            // RFC 7672 §2.1.2: a lookup that fails makes the host unusable; it never downgrades the link.
            case TlsaLookup.Failed failed ->
                new TlsVerdict.Refused(DnsFailures.tlsaLookup(failed));
            // RFC 7672 §2.2: unusable records still make TLS mandatory; MTA-STS may raise that, never relax it.
            case TlsaLookup.Found found when found.usable().isEmpty() ->
                bySts instanceof TlsVerdict.None ? new TlsVerdict.Encrypted() : bySts;
            // RFC 8461 §2: MTA-STS must not override DANE, so usable records alone judge the certificate.
            case TlsaLookup.Found found ->
                new TlsVerdict.Dane(found.usable(), found.outweighed(), found.base(), next.of(found.base()));
            // RFC 7672 §2.2: without proven records DANE asks nothing.
            case TlsaLookup.Absent _,TlsaLookup.NotAsked _ -> bySts;
        };
    }

    /// What is mandatory and not there (docs/transport-security.md#mode-smtp-dane,
    /// docs/transport-security.md#mode-mta-sts).
    private Optional<Failure> missing(SmtpDaneMode daneMode, MtaStsMode stsMode, TlsVerdict asked) {
        boolean daneHolds = asked instanceof TlsVerdict.Dane && !half;
        boolean stsHolds = enforced();
        boolean wantsDane = daneMode == SmtpDaneMode.Mandatory;
        boolean wantsSts = stsMode == MtaStsMode.Mandatory;
        if (wantsDane && wantsSts && (daneHolds || stsHolds)) return Optional.empty();
        if (wantsDane && !daneHolds) return Optional.of(DaneFailures.daneRequired(host, daneSeen()));
        if (wantsSts && !stsHolds) return Optional.of(StsFailures.stsRequired(policyDomain, stsSeen(), sts.troubles()));
        return Optional.empty();
    }

    private Optional<Failure> unlisted(MtaStsMode stsMode) {
        if (stsMode == MtaStsMode.None) return Optional.empty();
        return switch (sts) {
            case StsLookup.Held(var held, _) when held.policy().mode() == Policy.Mode.Enforce
                    && !held.policy().lists(host) ->
                Optional.of(StsFailures.stsMismatch(host, held));
            // RFC 8461 §5: testing is judged and reported; it never blocks.
            case StsLookup.Held _,StsLookup.None _ -> Optional.empty();
        };
    }

    private boolean enforced() {
        return sts instanceof StsLookup.Held(var held, _) && held.policy().mode() == Policy.Mode.Enforce
                && held.policy().lists(host);
    }

    private TlsVerdict byPolicy() {
        return sts instanceof StsLookup.Held(var held, _)
                ? new TlsVerdict.Sts(host, held.id())
                : new TlsVerdict.None();
    }

    /// What DANE says of the host, half a sentence.
    String daneSeen() {
        return switch (tlsa) {
            case TlsaLookup.Failed failed -> failed.name() + " " + failed.types() + " failed: " + failed.answer().why();
            case TlsaLookup.Found found when found.usable().isEmpty() ->
                "no TLSA record of " + found.base() + " is usable";
            case TlsaLookup.Found found when half -> "the MX records of " + policyDomain
                    + " are not proven by DNSSEC, so only the host is proven by TLSA records of " + found.base()
                    + " (half DANE)" + weakness.map(why -> ": " + why.sentence()).orElse("");
            case TlsaLookup.Found found -> found.usable().size() + " usable TLSA records of " + found.base();
            case TlsaLookup.Absent absent -> switch (absent.status()) {
                case Secure -> absent.at() + " publishes no TLSA record (proven by DNSSEC)";
                case Insecure -> absent.weakness()
                        .map(why -> "the TLSA records of " + absent.at()
                                + " are signed in a way that proves nothing: " + why.sentence())
                        .orElse("the zone of _tcp." + absent.at() + " is not signed");
            };
            case TlsaLookup.NotAsked none -> none.why();
        };
    }

    /// What MTA-STS says of the host, half a sentence.
    String stsSeen() {
        return switch (sts) {
            case StsLookup.None(var why, _) -> why;
            case StsLookup.Held(var held, _) -> "the policy of " + held.domain() + " (id " + held.id() + ", mode "
                    + held.policy().mode().word() + ") "
                    + (held.policy().lists(host) ? "lists " : "does not list ") + host;
        };
    }
}
