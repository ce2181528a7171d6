package org.sternpost.engine.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.GeneralName;

/// The names a certificate speaks for, and whether one of them is the name asked for (RFC 6125 §6.4).
public final class CertificateNames {

    private static final int NAMES_MAX = 1_000; // more than any honest certificate shows; the rest is not looked at
    private static final int NAME_CHARACTERS_MAX = 255; // RFC 1035 §2.3.4; evidence keeps these texts

    private CertificateNames() {}

    /// Its alternative DNS names and addresses, lower case: what MTA-STS, its policy hosts and a connector's own wishes
    /// go by, never by the common name (RFC 8461 §4.2).
    public static List<String> alternatives(Certificate certificate) {
        return certificate.content().map(CertificateNames::alternatives).orElse(List.of());
    }

    /// The same, and the common names where there is no DNS name: what DANE-TA goes by (RFC 7672 §3.2.3).
    public static List<String> withCommonNames(Certificate certificate) {
        return certificate.content().map(content -> {
            var names = new ArrayList<>(alternatives(content));
            if (!hasDnsName(content)) names.addAll(commonNames(content.names().subject()));
            return List.copyOf(names);
        }).orElse(List.of());
    }

    /// True if a name is the host's or a wildcard for it: `*` stands for the whole left-most label only.
    public static boolean cover(List<String> names, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(name -> covers(name, wanted));
    }

    /// True if one of the names satisfies a connector's `TlsDomain`, exact or `*.name`.
    public static boolean satisfy(List<String> names, String tlsDomain) {
        String wanted = tlsDomain.toLowerCase(Locale.ROOT);
        if (!wanted.startsWith("*.")) return cover(names, wanted);
        return names.stream().anyMatch(name -> name.equals(wanted) || covers(wanted, name));
    }

    private static boolean covers(String pattern, String host) {
        if (!pattern.startsWith("*.")) return pattern.equals(host);
        int dot = host.indexOf('.');
        // A wildcard right under a top-level domain covers strangers; no CA may issue one.
        boolean wide = pattern.indexOf('.', 2) < 0;
        // RFC 7672 §3.2.3: the wildcard is the whole left-most label and stands for exactly one.
        return !wide && dot > 0 && host.charAt(0) != '*' && host.substring(dot).equals(pattern.substring(1));
    }

    private static List<String> alternatives(CertificateContent content) {
        var names = new ArrayList<String>();
        for (GeneralName name : content.alternatives()) {
            if (names.size() >= NAMES_MAX) break;
            if (name.getTagNo() == GeneralName.dNSName) names.add(plain(name.getName().toString()));
            else if (name.getTagNo() == GeneralName.iPAddress) address(name).ifPresent(names::add);
        }
        return List.copyOf(names);
    }

    static boolean hasDnsName(CertificateContent content) {
        return content.alternatives().stream().anyMatch(name -> name.getTagNo() == GeneralName.dNSName);
    }

    private static Optional<String> address(GeneralName name) {
        try {
            return Optional.of(InetAddress.getByAddress(ASN1OctetString.getInstance(name.getName()).getOctets())
                    .getHostAddress());
        } catch (UnknownHostException | IllegalArgumentException unlike) {
            return Optional.empty();
        }
    }

    static List<String> commonNames(X500Name subject) {
        return Arrays.stream(subject.getRDNs(BCStyle.CN))
                .flatMap(part -> Arrays.stream(part.getTypesAndValues())) // one part may name several things
                .filter(one -> one.getType().equals(BCStyle.CN)).limit(NAMES_MAX)
                .map(one -> plain(IETFUtils.valueToString(one.getValue()))).toList();
    }

    /// A name is a stranger's text: no control characters, no final dot, no longer than a domain.
    private static String plain(String name) {
        // RFC 4343 §3: only the letters of ASCII have two cases in DNS; the Kelvin sign is no capital K there.
        var lower = new StringBuilder(withoutControls(name));
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') lower.setCharAt(i, (char) (c + ('a' - 'A')));
        }
        lower.setLength(Math.min(lower.length(), NAME_CHARACTERS_MAX));
        if (!lower.isEmpty() && lower.charAt(lower.length() - 1) == '.') lower.setLength(lower.length() - 1);
        return lower.toString();
    }

    /// The text with a question mark for each control character.
    static String withoutControls(String text) {
        StringBuilder plain = null;
        for (int i = 0; i < text.length(); i++)
            if (Character.isISOControl(text.charAt(i))) {
                if (plain == null) plain = new StringBuilder(text);
                plain.setCharAt(i, '?');
            }
        return plain == null ? text : plain.toString();
    }
}
