package org.sternpost.engine.partner;

import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;

/// The one command by which a partner sees his fault: of programs that are on every machine of somebody who runs mail
/// or DNS. Nothing of it is taken from what strangers say but names and records, which are checked here once more: it
/// is meant to be pasted into a shell.
final class FaultCommand {

    private FaultCommand() {}

    static List<String> of(Faulty faulty) {
        String host = name(faulty.host());
        String domain = name(faulty.domain().ascii());
        String session = "openssl s_client -starttls smtp -connect " + host + ":25 -servername " + host;
        String certificate = session + " </dev/null 2>/dev/null | openssl x509 -noout ";
        String dane = "openssl s_client -starttls smtp -connect " + host + ":25 -dane_tlsa_domain "
                + name(faulty.tlsaBase()) + " -dane_ee_no_namechecks" + faulty.tlsa().stream()
                        .filter(FaultCommand::isRecord).map(record -> " -dane_tlsa_rrdata '" + record + "'")
                        .collect(Collectors.joining());
        String verifies = " -showcerts </dev/null 2>&1 | grep -iE 'verif|notafter|notbefore'";
        return List.of(switch (faulty.reason()) {
            case TLSA_INVALID -> dane + verifies;
            case CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED -> (faulty.isDane() ? dane : session) + verifies;
            case CERTIFICATE_HOST_MISMATCH -> certificate + "-subject -ext subjectAltName";
            case STARTTLS_NOT_SUPPORTED, VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION, REQUIRETLS_SUPPORT ->
                session + " </dev/null 2>&1 | head";
            case DNSSEC_INVALID -> "delv _25._tcp." + name(faulty.tlsaBase()) + " TLSA; delv " + domain + " MX";
            case STS_MX_MISMATCH -> "dig +short " + domain + " MX; curl -s " + url(faulty);
            case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> "curl -iv " + url(faulty);
            case DANE_REQUIRED -> "dig +dnssec _25._tcp." + host + " TLSA";
            case STS_REQUIRED -> "dig +short _mta-sts." + domain + " TXT";
            case LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL -> throw new IllegalArgumentException(
                    "a fault of our own is no partner's");
        });
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
