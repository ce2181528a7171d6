package org.sternpost.engine.partner;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.partner.Letter.Block;
import org.sternpost.engine.tls.SessionProofs.SessionFacts.CertificateFacts;
import org.sternpost.engine.trust.HostFacts.StsFacts;

/// What is wrong in a word, and what is to be changed, for each kind of fault.
final class Repair {

    private static final String DANE = "in the DNS (TLSA records, DNSSEC: SMTP DANE, RFC 7672)";
    private static final String STS = "by a policy (MTA-STS, RFC 8461)";
    private static final String MAX_AGE = "max_age: 604800"; // a week, the least that most advise (RFC 8461 §3.2)

    private Repair() {}

    static String subject(Faulty f) { return "Mail to " + f.domain() + ": " + about(f); }

    private static String about(Faulty f) {
        return switch (f.reason()) {
            case TLSA_INVALID -> "the TLSA record does not fit the certificate of " + f.host();
            case CERTIFICATE_EXPIRED -> "a certificate that " + f.host() + " shows is outside its dates";
            case CERTIFICATE_HOST_MISMATCH -> "the certificate of " + f.host() + " is for another name";
            case CERTIFICATE_NOT_TRUSTED -> "the certificate of " + f.host() + " is not trusted";
            case STARTTLS_NOT_SUPPORTED -> f.host() + " offers no encryption (STARTTLS)";
            case VALIDATION_FAILURE -> "the encryption with " + f.host() + " fails";
            case DNSSEC_INVALID -> f.isBogus() ? "the DNSSEC signatures do not verify" : "the DNS does not answer";
            case STS_MX_MISMATCH -> "the MTA-STS policy does not list the mail host " + f.host();
            case STS_POLICY_FETCH_ERROR -> "the MTA-STS policy cannot be fetched";
            case STS_POLICY_INVALID -> "the MTA-STS policy cannot be read";
            case STS_WEBPKI_INVALID -> "the certificate of the MTA-STS policy host is not valid";
            case DANE_REQUIRED -> "there is no TLSA record";
            case STS_REQUIRED -> "there is no MTA-STS policy";
            case REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT -> f.host() + " does not do REQUIRETLS";
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> throw ours();
        };
    }

    private static IllegalArgumentException ours() {
        return new IllegalArgumentException("a fault of our own is no partner's");
    }

    /// For somebody who never read an RFC.
    static String inShort(Faulty f) {
        String published = switch (f.reason()) {
            case TLSA_INVALID -> DANE;
            case STS_MX_MISMATCH, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> STS;
            default -> f.isDane() || f.isBogus() ? DANE : f.isSts() ? STS : "";
        };
        String fails = "the check fails: " + about(f) + ".";
        return published.isEmpty()
                ? "Our mail gateway asks of the mail hosts of " + f.domain()
                        + " that they show whose they are, so that "
                        + "nobody between reads your mail; " + fails
                : "You publish " + published + " how senders can make sure that they hand mail for " + f.domain()
                        + " to your own hosts, and to nobody between. Our mail gateway checks that, and " + fails;
    }

    static List<Block> of(Faulty f) {
        return switch (f.reason()) {
            case TLSA_INVALID -> tlsa(f);
            case CERTIFICATE_EXPIRED -> dates(f);
            case CERTIFICATE_HOST_MISMATCH -> names(f);
            case CERTIFICATE_NOT_TRUSTED -> f.isDane() ? List.of(remedy(f)) : chain(f);
            case STARTTLS_NOT_SUPPORTED -> List.of(new Block.Words("Turn on STARTTLS at " + f.host() + ", port 25, for "
                    + "connections from everywhere. Where a firewall or a filter stands before the host, see that it "
                    + "passes STARTTLS on: some take it out of the greeting."), remedy(f));
            case STS_MX_MISMATCH -> policy(f);
            case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID -> file(f);
            case STS_WEBPKI_INVALID -> List.of(new Block.Words("Give the web server of mta-sts." + f.domain() + " a "
                    + "certificate of a public authority for that very name, in date and with its chain. The policy is "
                    + "at:"), new Block.Code(List.of(f.policyUrl())));
            case DNSSEC_INVALID -> f.isBogus()
                    ? List.of(remedy(f), new Block.Words("Where your provider signs the zone, send him this letter: "
                            + "keys and signatures in the zone and the DS record at the parent must fit each other."))
                    : List.of(remedy(f));
            case VALIDATION_FAILURE, DANE_REQUIRED, STS_REQUIRED, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT ->
                List.of(remedy(f));
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> throw ours();
        };
    }

    private static Block remedy(Faulty f) { return new Block.Words(f.fault().why().remedy()); }

    /// The key may be somebody else's: that is looked at before any record is published for it.
    private static List<Block> tlsa(Faulty f) {
        if (f.certificate().isEmpty()) return List.of(remedy(f));
        CertificateFacts shown = f.certificate().get();
        String records = "_25._tcp." + f.tlsaBase();
        return List.of(new Block.Words("First look whether the key is yours. " + f.host() + " shows one whose SHA-256 "
                + "is"), new Block.Code(List.of(shown.spkiSha256())),
                new Block.Words("Is it not, somebody may stand between, or the host shows an old or another "
                        + "certificate: then mend that, and leave the records as they are."),
                remedy(f),
                new Block.Words("This is the record of the key that is shown. It belongs where the others are: at "
                        + records + ", or at the name that this is an alias of, in the zone of whoever runs the host; "
                        + "is that somebody else, send him this letter."),
                new Block.Code(List.of(records + ". IN TLSA 3 1 1 " + shown.spkiSha256())),
                new Block.Words("Remove another record only if its key is in use at no host that shares the name, and "
                        + "is not the next one."),
                new Block.Words("So that it does not come again: before each change of the key publish the record of "
                        + "the next key, wait until the old answer is forgotten everywhere (twice its time to live), "
                        + "then change (RFC 7671 §8.1); or let the renewal keep the key."));
    }

    /// Any certificate between the host's own and the root may be the one.
    private static List<Block> dates(Faulty f) {
        String own = f.certificate().map(one -> one.notAfter().isBefore(f.fault().last())
                ? " Its own ended " + LetterWriter.time(one.notAfter()) + "."
                : one.notBefore().isAfter(f.fault().last())
                        ? " Its own begins " + LetterWriter.time(one.notBefore()) + "."
                        : "")
                .orElse("");
        return List.of(new Block.Words("Let " + f.host() + " show certificates that are all in date, its own and those "
                + "of the authorities between it and the root, and have them renewed by a job from now on. The mail "
                + "server must be reloaded to show them." + own));
    }

    private static List<Block> chain(Faulty f) {
        return List.of(new Block.Words("Let " + f.host() + " show a certificate of a public authority, with the "
                + "certificates between it and the root (the whole chain, often called fullchain.pem). A certificate "
                + "that you signed yourselves proves nothing to others; where you want to keep it, publish it by "
                + "DANE."));
    }

    private static List<Block> names(Faulty f) {
        return List.of(new Block.Words("Give " + f.host() + " a certificate that holds this name as subjectAltName"
                + f.certificate().map(one -> "; the one it shows holds " + (one.names().isEmpty()
                        ? "none"
                        : String.join(", ", one.names()))).orElse("")
                + ":"), new Block.Code(List.of("DNS:" + f.host())));
    }

    private static List<Block> policy(Faulty f) {
        List<String> listed = f.facts().flatMap(known -> known.sts()).map(StsFacts::mx).map(all -> all.stream()
                .map(Object::toString).toList()).orElse(List.of());
        return List.of(new Block.Words("Your MX records name " + f.host() + ", but your policy lists only "
                + String.join(", ", listed) + ". If the host is yours, add this line to the policy:"),
                new Block.Code(List.of(f.policyUrl(), "mx: " + f.host())),
                new Block.Words(
                        "Then change the id in the TXT record _mta-sts." + f.domain() + ", so that senders read "
                                + "the policy anew. If the host is not yours, remove it from the MX records."));
    }

    private static List<Block> file(Faulty f) {
        var lines = new ArrayList<String>(List.of("version: STSv1", "mode: testing"));
        f.mx().forEach(host -> lines.add("mx: " + host));
        lines.add(MAX_AGE);
        return List.of(new Block.Words("The TXT record _mta-sts." + f.domain() + " announces a policy. It must be at"),
                new Block.Code(List.of(f.policyUrl())),
                new Block.Words(
                        "by HTTPS without redirection, as text/plain, in this form (mode: enforce once all works):"),
                new Block.Code(lines),
                new Block.Words("If you want no policy any more, remove the TXT record."));
    }
}
