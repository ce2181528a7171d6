package org.sternpost.lab;

import static org.sternpost.lab.Expectation.failed;
import static org.sternpost.lab.LabDomains.enforced;
import static org.sternpost.lab.LabDomains.own;
import static org.sternpost.lab.LabDomains.signed;
import static org.sternpost.lab.LabDomains.unfetched;
import static org.sternpost.lab.LabDomains.unsigned;
import static org.sternpost.lab.ca.CertificateKind.FROM_EMAIL_CA;
import static org.sternpost.lab.ca.CertificateKind.FROM_NAMELESS_CA;
import static org.sternpost.lab.ca.CertificateKind.LONG_CHAIN;
import static org.sternpost.lab.ca.CertificateKind.NAMED_BY_SUBJECT;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE_FOR_DOMAIN;
import static org.sternpost.lab.ca.CertificateKind.PRIVATE_NAMED_BY_SUBJECT;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED_ED25519;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED_P521;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED_RSA;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED_SHORT_RSA;
import static org.sternpost.lab.ca.CertificateKind.TRUSTED;
import static org.sternpost.lab.dns.TlsaSpec.right;
import static org.sternpost.lab.dns.TlsaSpec.wrong;

import java.util.List;

import org.sternpost.lab.LabDomain.Routing;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// The part of the table that holds what people who run mail have met: odd policies, zones, certificates and hosts.
///
/// Where a record is rightly left out of account, it is one that would forbid delivery; where it rightly counts, too.
final class FieldDomains {
    private static final List<String> ELSEWHERE = List.of("mx.elsewhere.test");

    private FieldDomains() {}

    static List<LabDomain> policies() {
        return List.of(
                unsigned("sts-policy-unknown-mode.test", "announced, but of mode 'enforced', which there is not")
                        .sts(new StsPolicy("enforced", ELSEWHERE)).host(TRUSTED),
                unsigned("sts-policy-no-mx.test", "announced, to be enforced, but lists no host")
                        .sts(new StsPolicy("enforce", List.of())).host(TRUSTED),
                unfetched("sts-policy-no-max-age.test", "announced, but without max_age", PolicyFault.NO_MAX_AGE),
                unfetched("sts-policy-misspelt-mx.test", "announced, but with nmx: for mx:", PolicyFault.MISSPELT_MX),
                unfetched("sts-policy-selfsigned.test", "announced, but certificate self-signed",
                        PolicyFault.SELF_SIGNED),
                unsigned("sts-announced-by-alias.test", "announced behind a CNAME; the policy does not list the host")
                        .sts(new StsPolicy("enforce", ELSEWHERE).announced(StsPolicy.Announced.BY_ALIAS)).host(TRUSTED)
                        .refused("4.4.8", "sts-mx-mismatch"),
                unsigned("sts-announced-in-pieces.test",
                        "announced in short strings; the policy does not list the host")
                        .sts(new StsPolicy("enforce", ELSEWHERE).announced(StsPolicy.Announced.IN_PIECES))
                        .host(TRUSTED).refused("4.4.8", "sts-mx-mismatch"),
                unsigned("sts-wildcard-two-labels.test",
                        "policy with a pattern *., which stands for one label, not two")
                        .sts(new StsPolicy("enforce", List.of("*.sts-wildcard-two-labels.test")))
                        .host(own("a.mx.sts-wildcard-two-labels.test", TRUSTED)).refused("4.4.8", "sts-mx-mismatch"));
    }

    static List<LabDomain> zones() {
        return List.of(
                signed("dane-sha1-only.test", "signed by RSASHA1 alone: as if unsigned, so a wrong TLSA does not count")
                        .dns(DnsFault.SHA1_ONLY).host(SELF_SIGNED, wrong(3, 1, 1)),
                signed("dane-strange-key.test", "a key of unknown algorithm beside the good one: a wrong TLSA counts")
                        .dns(DnsFault.STRANGE_KEY).host(SELF_SIGNED, wrong(3, 1, 1))
                        .refused("4.7.323", "tlsa-invalid"),
                signed("plain-many-rounds.test", "signed, no TLSA, which NSEC3 of 150 rounds denies: as if unsigned")
                        .dns(DnsFault.MANY_ROUNDS).host(TRUSTED),
                signed("dane-tlsa-alias.test", "TLSA behind two CNAMEs matches")
                        .host(own("mx.dane-tlsa-alias.test", SELF_SIGNED, right(3, 1, 1)).withTlsaBehindAliases()),
                signed("dane-tlsa-alias-mismatch.test", "TLSA behind two CNAMEs is of another key")
                        .host(own("mx.dane-tlsa-alias-mismatch.test", SELF_SIGNED, wrong(3, 1, 1))
                                .withTlsaBehindAliases())
                        .refused("4.7.323", "tlsa-invalid"),
                signed("dane-ta-key.test", "TLSA 2 1 0 holds the authority's key").host(PRIVATE, right(2, 1, 0)));
    }

    static List<LabDomain> certificates() {
        return List.of(
                enforced("sts-subject-only.test", "policy enforced; the name stands in the certificate's subject alone")
                        .host(NAMED_BY_SUBJECT).refused("4.7.325", "certificate-host-mismatch"),
                enforced("sts-email-ca.test", "policy enforced; certificate from a CA for e-mail between people")
                        .host(FROM_EMAIL_CA).refused("4.7.326", "certificate-not-trusted"),
                enforced("sts-nameless-ca.test", "policy enforced; certificate from a CA that may name no hosts")
                        .host(FROM_NAMELESS_CA).refused("4.7.326", "certificate-not-trusted"),
                signed("dane-ta-subject-only.test", "TLSA 2 0 1 matches; the name stands in the subject alone")
                        .host(PRIVATE_NAMED_BY_SUBJECT, right(2, 0, 1)),
                signed("dane-ta-next-hop.test", "TLSA 2 0 1 matches; the certificate names the domain, not its host")
                        .host(PRIVATE_FOR_DOMAIN, right(2, 0, 1)),
                signed("dane-short-rsa.test", "TLSA 3 1 1 matches; that RSA has 1024 bits does not matter")
                        .host(SELF_SIGNED_SHORT_RSA, right(3, 1, 1)),
                signed("dane-p521.test", "TLSA 3 1 1 matches a key on P-521, signed over SHA-512")
                        .host(SELF_SIGNED_P521, right(3, 1, 1)),
                signed("dane-ed25519.test", "TLSA 3 1 1 matches a key of Ed25519")
                        .host(SELF_SIGNED_ED25519, right(3, 1, 1)),
                signed("dane-nameless-ca.test", "TLSA 3 1 1 matches; that the CA may name no hosts does not matter")
                        .host(FROM_NAMELESS_CA, right(3, 1, 1)),
                enforced("sts-long-chain.test", "policy enforced and met by a chain of 15 certificates")
                        .host(LONG_CHAIN));
    }

    static List<LabDomain> hosts() {
        return List.of(
                signed("underscore.test", "host name with an underscore; TLSA matches")
                        .host(own("mx_1.underscore.test", SELF_SIGNED, right(3, 1, 1))),
                signed("dane-rsa-key-exchange.test",
                        "TLSA matches; the host speaks TLS 1.2 with RSA key exchange alone")
                        .host(MxFault.RSA_KEY_EXCHANGE, SELF_SIGNED_RSA, right(3, 1, 1)),
                signed("dane-warns-of-names.test", "TLSA matches; the host warns of the name it is asked for")
                        .host(MxFault.WARNS_OF_NAMES, SELF_SIGNED, right(3, 1, 1)),
                unsigned("mx-localhost.test", "MX is localhost; an engine with delivery.allowLoopback would deliver")
                        .host(LabHost.of(LabDomains.LOOPBACK, MxFault.NONE, TRUSTED)).ends(failed("5.4.6")),
                unsigned("mx-is-the-sender.test", "MX is the gateway that mail comes from")
                        .routed(Routing.TO_THE_SENDER).ends(failed("5.4.6")),
                enforced("seven-bit.test", "policy enforced and met; the host has no 8BITMIME")
                        .host(MxFault.SEVEN_BIT, TRUSTED));
    }
}
