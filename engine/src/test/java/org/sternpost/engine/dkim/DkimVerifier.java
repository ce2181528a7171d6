package org.sternpost.engine.dkim;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Verifies one relaxed/relaxed signature (RFC 6376 §6.1), sharing no line with the signer.
public final class DkimVerifier {

    private static final String ED25519_X509_PREFIX = "302a300506032b6570032100"; // RFC 8410 §4

    private DkimVerifier() {}

    /// `pass`, or why not.
    ///
    /// @param dnsText the TXT record of the selector
    public static String verify(byte[] message, String dnsText) throws Exception {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int cut = text.indexOf("\r\n\r\n");
        List<String> fields = new ArrayList<>(List.of(text.substring(0, cut).split("\r\n(?![ \t])")));
        String own = fields.stream().filter(field -> field.startsWith("DKIM-Signature:")).findFirst().orElseThrow();
        fields.remove(own);
        Map<String, String> tags = tags(own.substring(own.indexOf(':') + 1));
        String body = text.substring(cut + 4).replaceAll("[ \t]+(?=\r\n|$)", "").replaceAll("[ \t]+", " ")
                .replaceAll("(\r\n)+$", "");
        if (!body.isEmpty()) body += "\r\n";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.ISO_8859_1));
        if (!Base64.getEncoder().encodeToString(hash).equals(tags.get("bh"))) return "the body was changed";
        var data = new StringBuilder();
        for (String name : tags.get("h").split(":")) {
            for (int i = fields.size() - 1; i >= 0; i--)
                if (fields.get(i).split(":", 2)[0].strip().equalsIgnoreCase(name)) {
                    data.append(relaxed(fields.remove(i))).append("\r\n");
                    break;
                }
        }
        Matcher value = Pattern.compile("([;\\s]b=)[^;]*").matcher(own);
        data.append(relaxed(value.replaceAll("$1")));
        return holds(data.toString().getBytes(StandardCharsets.ISO_8859_1), tags, tags(dnsText))
                ? "pass"
                : "the header was changed";
    }

    /// Tags of a list without any white space (RFC 6376 §3.2).
    public static Map<String, String> tags(String list) {
        var tags = new HashMap<String, String>();
        for (String tag : list.replaceAll("\\s", "").split(";"))
            if (!tag.isEmpty()) tags.put(tag.split("=", 2)[0], tag.split("=", 2)[1]);
        return tags;
    }

    private static String relaxed(String field) {
        String[] halves = field.split(":", 2);
        return halves[0].strip().toLowerCase() + ":" + halves[1].replaceAll("\\s+", " ").strip();
    }

    private static boolean holds(byte[] data, Map<String, String> tags, Map<String, String> dns) throws Exception {
        byte[] key = Base64.getDecoder().decode(dns.get("p"));
        boolean rsa = dns.getOrDefault("k", "rsa").equals("rsa");
        if (!tags.get("a").equals(rsa ? "rsa-sha256" : "ed25519-sha256")) return false;
        byte[] x509 = rsa ? key : HexFormat.of().parseHex(ED25519_X509_PREFIX + HexFormat.of().formatHex(key));
        PublicKey known = KeyFactory.getInstance(rsa ? "RSA" : "Ed25519").generatePublic(new X509EncodedKeySpec(x509));
        Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
        signature.initVerify(known);
        signature.update(rsa ? data : MessageDigest.getInstance("SHA-256").digest(data));
        return signature.verify(Base64.getDecoder().decode(tags.get("b")));
    }
}
