package org.sternpost.engine.partner;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sternpost.engine.partner.Letter.Block;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts.StsFacts;
import org.sternpost.engine.trust.Reason;

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
            case STARTTLS_NOT_SUPPORTED -> startTls(f);
            case STS_MX_MISMATCH -> policy(f);
            case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID -> file(f);
            case STS_WEBPKI_INVALID -> List.of(new Block.Words("Give the web server of mta-sts." + f.domain() + " a "
                    + "certificate of a public authority for that very name, in date and with its chain, and have it "
                    + "renewed by a job. Policy and DNS stay as they are. The policy is at:"),
                    new Block.Code(List.of(f.policyUrl())));
            case DNSSEC_INVALID -> f.isBogus() ? signatures(f) : List.of(remedy(f));
            case VALIDATION_FAILURE, DANE_REQUIRED, STS_REQUIRED, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT ->
                List.of(remedy(f));
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> throw ours();
        };
    }

    private static Block remedy(Faulty f) { return new Block.Words(f.fault().why().remedy()); }

    /// The key may be somebody else's: that is looked at before any record is published for it.
    private static List<Block> tlsa(Faulty f) {
        if (f.certificate().isEmpty()) return List.of(remedy(f));
        String key = f.certificate().get().spkiSha256();
        String records = "_25._tcp." + f.tlsaBase();
        return List.of(new Block.Words("1. Look whether the key that " + f.host() + " shows is yours. Its SHA-256 is"),
                new Block.Code(List.of(key)), new Block.Words("and this command, run on the host, says that of the "
                        + "certificate in a file:"),
                new Block.Code(List.of(FaultCommand.KEY_OF_FILE)),
                new Block.Words("If it is another, the host shows an old or a wrong certificate, or somebody stands "
                        + "between: mend that, leave the records as they are, and go no further."),
                new Block.Words("2. If it is yours, add this record, and leave those that are there. 3 1 1 means: the "
                        + "SHA-256 of the host's key. Is the zone signed by hand, sign it anew."),
                new Block.Code(List.of(records + ". IN TLSA " + record(key))),
                new Block.Words("It belongs where the others are: at that name or, where that is an alias (CNAME), at "
                        + "the name behind it, in the zone of whoever runs the host. Is that somebody else, send them "
                        + "this letter."),
                new Block.Words(
                        "3. After twice the time to live of the records, remove those whose key no host of that "
                                + "name has, and none will have next."),
                new Block.Words("So that it does not come again: let the renewal of the certificate keep the key; or, "
                        + "before each change of the key, publish the record of the next one and wait as long "
                        + "(RFC 7671 §8.1)."));
    }

    private static String record(String key) { return "3 1 1 " + key; }

    /// What shows that it is mended, where the command that shows the fault cannot.
    static List<Block> after(Faulty f) {
        return f.reason() == Reason.TLSA_INVALID && f.certificate().isPresent()
                ? List.of(
                        new Block.Words(
                                "Mended, the first of these shows the new record too, and the second, which asks "
                                        + "with it, says 'Verification: OK':"),
                        new Block.Code(List.of("dig +short _25._tcp." + f.tlsaBase() + " TLSA",
                                FaultCommand.dane(f, Stream.concat(f.tlsa().stream(), Stream.of(record(
                                        f.certificate().get().spkiSha256()))).toList()))))
                : List.of();
    }

    /// Any certificate between the host's own and the root may be the one.
    private static List<Block> dates(Faulty f) {
        String own = f.certificate().map(one -> one.notAfter().isBefore(f.fault().last())
                ? " Its own ended " + LetterWriter.time(one.notAfter()) + "."
                : one.notBefore().isAfter(f.fault().last())
                        ? " Its own begins " + LetterWriter.time(one.notBefore()) + "."
                        : " Its own is in date; it is one of the others.")
                .orElse("");
        return List.of(
                new Block.Words("Let " + f.host() + " show certificates that are all in date: its own, and those "
                        + "of the authorities between it and the root that are sent with it." + own),
                new Block.Words("Where a new one is on the host already, reload the mail server: it shows the old one "
                        + "until then. Have it renewed, and the server reloaded, by a job from now on."),
                whose(f));
    }

    /// Which authority may issue the certificate, and that nothing else is to be changed.
    private static Block.Words whose(Faulty f) {
        return new Block.Words(f.isDane()
                ? "The new one must be from the authority that your TLSA records name (their first digit is 2), which "
                        + "may be your own. Another authority needs a record of its own there first; otherwise leave "
                        + "the DNS as it is."
                : "It must be from a public authority, and hold the name " + f.host()
                        + ". Leave DNS and policy as they are.");
    }

    private static List<Block> chain(Faulty f) {
        return List.of(new Block.Words("Let " + f.host() + " show a certificate of a public authority that holds this "
                + "name, with the certificates between it and the root (the whole chain, often called fullchain.pem), "
                + "and reload the mail server. One that you signed yourselves proves nothing to others. Leave DNS and "
                + "policy as they are."));
    }

    private static List<Block> names(Faulty f) {
        return List.of(
                new Block.Words("Give " + f.host() + " a certificate that holds this name as subjectAltName, and "
                        + "reload the mail server. Other names may stand beside it"
                        + f.certificate().map(one -> "; the one it shows holds " + (one.names().isEmpty()
                                ? "none"
                                : String.join(", ", one.names()))).orElse("")
                        + ":"),
                new Block.Code(List.of("DNS:" + f.host())),
                new Block.Words("Is the host that answers there not yours, mend its address in the DNS instead."),
                whose(f));
    }

    private static List<Block> startTls(Faulty f) {
        String which = f.isDane()
                ? "It must show the key that your TLSA records name (3 1 1: its SHA-256). If that key is gone, publish "
                        + "the record of another first."
                : f.isSts()
                        ? "It must show a certificate of a public authority that holds the name " + f.host() + "."
                        : "";
        var blocks = new ArrayList<Block>(List.of(new Block.Words("Turn on STARTTLS at " + f.host() + ", port 25, for "
                + "connections from everywhere. If the host offers it already when it is asked from within your "
                + "network, a firewall or filter before it takes it out: let it pass.")));
        if (!which.isEmpty()) blocks.add(new Block.Words(which));
        if (f.isDane())
            blocks.addAll(List.of(new Block.Words("This command, run on the host, says the SHA-256 of the key of the "
                    + "certificate in a file:"), new Block.Code(List.of(FaultCommand.KEY_OF_FILE))));
        return blocks;
    }

    private static List<Block> policy(Faulty f) {
        List<String> listed = f.facts().flatMap(known -> known.sts()).map(StsFacts::mx).map(all -> all.stream()
                .map(Object::toString).toList()).orElse(List.of());
        return List.of(new Block.Words("Your MX records name " + f.host() + ", but your policy lists only "
                + String.join(", ", listed) + ". If the host is yours:"),
                new Block.Words("1. Add this line to the file that your web server gives for"),
                new Block.Code(List.of(f.policyUrl())), new Block.Words("and leave its other lines as they are; those "
                        + "of hosts that you have no more may go:"),
                new Block.Code(List.of("mx: " + f.host())),
                new Block.Words("2. Then " + id(f) + ", so that senders read the policy anew."),
                new Block.Words(
                        "If the host is not yours, remove it from the MX records instead, once they name one of "
                                + "yours."));
    }

    private static String id(Faulty f) {
        return "change the id in the TXT record _mta-sts." + f.domain() + " to other letters and digits, up to 32";
    }

    private static List<Block> file(Faulty f) {
        var lines = new ArrayList<String>(List.of("version: STSv1", "mode: enforce"));
        f.mx().forEach(host -> lines.add("mx: " + host));
        lines.add(MAX_AGE);
        return List.of(
                new Block.Words("The TXT record _mta-sts." + f.domain() + " says that there is a policy, so a web "
                        + "server must give it, as text/plain with the status 200 and without redirection, at"),
                new Block.Code(List.of(f.policyUrl())),
                new Block.Words("in this form, with a line 'mx:' for each mail host and max_age in seconds:"),
                new Block.Code(lines),
                new Block.Words("With mode: testing senders report what fails, and withhold nothing: begin with that "
                        + "where you are not sure that each host shows a certificate of a public authority for its "
                        + "name. With each change of the file " + id(f) + "."),
                new Block.Words(
                        "If you want no policy any more, let the file say mode: none for as long as its max_age "
                                + "was, and remove the TXT record then."));
    }

    private static List<Block> signatures(Faulty f) {
        boolean others = f.facts().filter(known -> known.mxStatus() == DnsStatus.Secure).isPresent();
        return List.of(new Block.Words("A signature in the DNS does not verify; which, is said by 'Why it failed'. Who "
                + "asks with DNSSEC has no answer at all there. Sign the zone that holds this name anew, and see that "
                + "all of its name servers have the same version of it."),
                new Block.Words(others
                        ? "The MX records of " + f.domain() + " verify: where they are in the same zone, its keys and "
                                + "the DS record at the parent are right. Leave these as they are."
                        : "If keys of the zone were changed, compare them with the DS record at the parent: it must "
                                + "be of one of them. With a wrong DS record the whole zone fails."),
                new Block.Words("Where your provider signs the zone, send him this letter."));
    }
}
