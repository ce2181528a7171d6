package org.sternpost.engine.dkim;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.sternpost.engine.mail.Domain;

/// Signs as one domain under one selector, relaxed/relaxed, the whole body (RFC 6376 §5).
public record DkimSigner(Domain domain, String selector, DkimKey key) {

    private static final Pattern SELECTOR = Pattern.compile( // RFC 6376 §3.1: labels of a domain name
            "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final int FOLD_CHARACTERS = 72; // ours: lines stay below the 78 of RFC 5322 §2.1.1

    /// Named once more than they occur, so that none can be added later (RFC 6376 §8.15).
    private static final List<String> SEALED = List.of("from", "to", "cc", "subject", "date", "reply-to", "message-id",
            "mime-version", "content-type", "content-transfer-encoding");
    /// Named as often as they occur (RFC 6376 §5.4.1; RFC 8460 §5.3 for its own two).
    private static final List<String> SIGNED = List.of("sender", "in-reply-to", "references", "auto-submitted",
            "tls-report-domain", "tls-report-submitter", "tls-required", "list-id", "list-unsubscribe");

    public DkimSigner {
        if (!SELECTOR.matcher(selector).matches())
            throw new IllegalArgumentException("'" + selector + "' is no DKIM selector");
    }

    /// The message with its `DKIM-Signature` in front.
    ///
    /// @param message complete, with CRLF line ends
    /// @throws IllegalArgumentException if the message has no header fields or no `From`
    public byte[] sign(byte[] message, Instant now) {
        Canonical.Parts parts = Canonical.parts(message);
        Map<String, List<String>> byName = new HashMap<>();
        parts.fields().forEach(field -> byName.computeIfAbsent(Canonical.name(field), _ -> new ArrayList<>())
                .add(field));
        // RFC 6376 §5.4: From is always signed.
        if (!byName.containsKey("from")) throw new IllegalArgumentException("the message has no From");
        var names = new ArrayList<String>();
        var data = new StringBuilder();
        for (String name : SEALED)
            cover(name, byName, 1, names, data);
        for (String name : SIGNED)
            cover(name, byName, 0, names, data);
        String unsigned = "DKIM-Signature: v=1; a=" + key.algorithm().tag() + "-sha256; c=relaxed/relaxed;\r\n d="
                + domain + "; s=" + selector + "; t=" + now.getEpochSecond() + ";\r\n h=" + folded(names) + ";\r\n bh="
                + base64(Canonical.sha256(Canonical.body(parts.body()))) + ";\r\n b=";
        // RFC 6376 §3.7: the signature's own field comes last, its b= empty and without CRLF.
        data.append(Canonical.field(unsigned));
        String signature = unsigned + wrapped(base64(key.sign(Canonical.octets(data.toString())))) + "\r\n";
        var signed = new ByteArrayOutputStream(message.length + signature.length());
        signed.writeBytes(Canonical.octets(signature));
        signed.writeBytes(message);
        return signed.toByteArray();
    }

    /// RFC 6376 §5.4.2: fields of one name are signed from the last one up; a name beyond them adds nothing.
    private static void cover(String name, Map<String, List<String>> byName, int more, List<String> names,
            StringBuilder data) {
        for (String field : byName.getOrDefault(name, List.of()).reversed()) {
            names.add(name);
            data.append(Canonical.field(field)).append("\r\n");
        }
        for (int i = 0; i < more; i++)
            names.add(name);
    }

    private static String folded(List<String> names) {
        var text = new StringBuilder();
        int width = 3;
        for (String name : names) {
            if (!text.isEmpty()) text.append(':');
            if (width + name.length() + 1 > FOLD_CHARACTERS) {
                text.append("\r\n ");
                width = 1;
            }
            text.append(name);
            width += name.length() + 1;
        }
        return text.toString();
    }

    private static String wrapped(String base64) { return base64.replaceAll("(.{70})(?=.)", "$1\r\n "); }

    private static String base64(byte[] octets) { return Base64.getEncoder().encodeToString(octets); }
}
