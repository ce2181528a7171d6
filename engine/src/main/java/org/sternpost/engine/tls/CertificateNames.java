package org.sternpost.engine.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// The names a certificate speaks for, and whether one of them is the name asked for (RFC 6125 §6.4).
final class CertificateNames {

    private static final int DNS_NAME = 2; // GeneralName dNSName, RFC 5280 §4.2.1.6
    private static final int IP_ADDRESS = 7; // GeneralName iPAddress
    private static final int NAMES_MAX = 200; // more than any honest certificate shows; the rest is not looked at

    private CertificateNames() {}

    /// Alternative names, or the common name when there are none (RFC 6125 §6.4.4); lower case.
    static List<String> of(X509Certificate certificate) {
        var names = new ArrayList<String>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) for (List<?> name : alternatives)
                if (isHostName(name) && names.size() < NAMES_MAX) names.add(clean(String.valueOf(name.get(1))));
        } catch (CertificateParsingException unreadable) {
            return List.of(); // A broken extension names nobody.
        }
        // RFC 6125 §6.4.4: the common name counts only when no alternative name of a host is present.
        return names.isEmpty() ? commonName(certificate) : List.copyOf(names);
    }

    /// True if one of the names stands for `host`.
    static boolean cover(List<String> names, String host) {
        return names.stream().anyMatch(name -> covers(name, host.toLowerCase(Locale.ROOT)));
    }

    /// True if one of the names satisfies a connector's `TlsDomain`, exact or `*.name`.
    static boolean satisfy(List<String> names, String tlsDomain) {
        String wanted = tlsDomain.toLowerCase(Locale.ROOT);
        if (!wanted.startsWith("*.")) return cover(names, wanted);
        return names.stream().anyMatch(name -> name.equals(wanted) || covers(wanted, name));
    }

    private static boolean covers(String pattern, String host) {
        if (!pattern.startsWith("*.")) return pattern.equals(host);
        int dot = host.indexOf('.');
        // RFC 7672 §3.2.3: the wildcard is the whole left-most label and stands for exactly one.
        return dot > 0 && host.charAt(0) != '*' && host.substring(dot).equals(pattern.substring(1));
    }

    private static boolean isHostName(List<?> name) {
        return name.getFirst() instanceof Integer kind && (kind == DNS_NAME || kind == IP_ADDRESS);
    }

    private static List<String> commonName(X509Certificate certificate) {
        try {
            var rdns = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn rdn : rdns.reversed())
                if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String text)
                    return List.of(clean(text));
        } catch (InvalidNameException unreadable) {
            return List.of();
        }
        return List.of();
    }

    /// A name is a stranger's text: no control characters, and no longer than a domain.
    private static String clean(String name) {
        String lower = name.toLowerCase(Locale.ROOT).replaceAll("\\p{Cc}", "?");
        return lower.length() > 255 ? lower.substring(0, 255) : lower;
    }
}
