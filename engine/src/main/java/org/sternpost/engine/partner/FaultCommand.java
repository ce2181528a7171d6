package org.sternpost.engine.partner;

import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;

/// The one command by which a partner sees his fault, and what it shows before and after.
///
/// It is of programs that are on every machine of somebody who runs mail or DNS. Nothing of it is taken from what
/// strangers say but names and records, which are checked here once more: it is meant to be pasted into a shell.
final class FaultCommand {

    private static final String SESSION = "openssl s_client -starttls smtp -connect ";
    private static final String VERIFIES = " -showcerts </dev/null 2>&1 | grep -iE 'verif|notafter|notbefore'";
    private static final String TRUSTED = "Now it says 'Verification error'; mended, 'Verification: OK'.";

    /// What a certificate's file on the host itself says, as letters give the SHA-256 of keys.
    static final String KEY_OF_FILE = "openssl x509 -in certificate.pem -noout -pubkey | openssl pkey -pubin -outform "
            + "DER | openssl dgst -sha256";

    /// @param shows     in words, what it shows now, and once it is mended
    /// @param isSession it connects to the mail host
    record Look(String command, String shows, boolean isSession) {

        Look(String command, String shows) { this(command, shows, command.startsWith(SESSION)); }
    }

    private FaultCommand() {}

    static Look of(Faulty faulty) {
        String host = name(faulty.host());
        String domain = name(faulty.domain().ascii());
        String session = SESSION + host + ":25 -servername " + host;
        return switch (faulty.reason()) {
            case TLSA_INVALID -> new Look(dane(faulty, faulty.tlsa()), "It asks with the records that you publish now, "
                    + "and says 'Verification error: no matching DANE TLSA records'.");
            case CERTIFICATE_EXPIRED -> new Look(faulty.isDane() ? dane(faulty, faulty.tlsa()) : session + VERIFIES,
                    "Now it shows a NotAfter that is over, or a NotBefore that is to come; mended, it shows no such "
                            + "date, and says 'Verification: OK'.");
            case CERTIFICATE_NOT_TRUSTED ->
                new Look(faulty.isDane() ? dane(faulty, faulty.tlsa()) : session + VERIFIES, TRUSTED);
            case CERTIFICATE_HOST_MISMATCH ->
                new Look(session + " </dev/null 2>/dev/null | openssl x509 -noout -subject "
                        + "-ext subjectAltName", "Mended, 'DNS:" + host + "' is among the names that it shows.");
            case STARTTLS_NOT_SUPPORTED -> new Look(session + " </dev/null 2>&1 | head", "Now it says 'Didn't find "
                    + "STARTTLS in server response', or that STARTTLS was refused; mended, it shows a certificate.");
            case VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT ->
                new Look(session + " </dev/null 2>&1 | head", "");
            case DNSSEC_INVALID -> new Look(
                    "delv _25._tcp." + name(faulty.tlsaBase()) + " TLSA; delv " + domain + " MX",
                    "Now one of the two says 'resolution failed'; mended, each says 'fully validated' or that there is "
                            + "no such record.");
            case STS_MX_MISMATCH ->
                new Look("dig +short " + domain + " MX; curl -s " + url(faulty), "Mended, each host "
                        + "of the first part is behind an 'mx:' of the second.");
            case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID -> new Look("curl -iv " + url(faulty), "Mended, it shows "
                    + "the status 200, 'content-type: text/plain' and the lines of the policy.");
            case STS_WEBPKI_INVALID -> new Look("curl -iv " + url(faulty), "Now it says 'SSL certificate problem' or "
                    + "that no name of the certificate fits; mended, it shows the policy.");
            case DANE_REQUIRED -> new Look("dig +dnssec _25._tcp." + host + " TLSA", "Mended, it shows a TLSA record.");
            case STS_REQUIRED ->
                new Look("dig +short _mta-sts." + domain + " TXT", "Mended, it shows \"v=STSv1; id=...\".");
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> throw new IllegalArgumentException(
                    "a fault of our own is no partner's");
        };
    }

    /// As a sender that knows these records does it. No names are checked where a record names the key (RFC 7672
    /// §3.1.1).
    static String dane(Faulty faulty, List<String> records) {
        return SESSION + name(faulty.host()) + ":25 -dane_tlsa_domain "
                + name(faulty.tlsaBase()) + " -dane_ee_no_namechecks" + records.stream()
                        .filter(FaultCommand::isRecord).map(record -> " -dane_tlsa_rrdata '" + record + "'")
                        .collect(Collectors.joining())
                + VERIFIES;
    }

    private static String url(Faulty faulty) {
        return "https://mta-sts." + name(faulty.domain().ascii()) + "/.well-known/mta-sts.txt";
    }

    /// A name of letters, digits, hyphens and underscores; what else a DNS label may hold is no word for a shell.
    private static String name(String given) {
        String ascii = Domain.of(given).ascii();
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.'
                    || c == '_'))
                throw new IllegalArgumentException("'" + ascii + "' is no name of a host");
        }
        return ascii;
    }

    private static boolean isRecord(String record) {
        return record.chars().allMatch(c -> c == ' ' || c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }
}
