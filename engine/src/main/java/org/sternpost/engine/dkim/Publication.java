package org.sternpost.engine.dkim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Whether DNS shows a key of ours, so that a signature with it can be verified (RFC 6376 §3.6.1).
public sealed interface Publication {

    record Published() implements Publication {}

    /// A verifier would not find this key, or not use it.
    record Missing(String why) implements Publication {}

    /// Compares a key with the TXT records at its name, each with its strings joined.
    static Publication of(List<String> texts, DkimKey key) {
        if (texts.isEmpty()) return new Missing("there is no TXT record");
        // RFC 6376 §3.6.2.2: one record for a selector; of several a verifier takes any.
        if (texts.size() > 1) return new Missing("there are " + texts.size() + " TXT records, one may be");
        Optional<Map<String, String>> read = tags(texts.getFirst());
        if (read.isEmpty()) return new Missing("the TXT record is no list of tags");
        Map<String, String> tags = read.get();
        Map<String, String> ours = tags(key.dnsText()).orElseThrow();
        if (!tags.getOrDefault("v", "DKIM1").equals("DKIM1")) return new Missing("its v= is not DKIM1");
        if (!tags.getOrDefault("k", "rsa").equals(ours.get("k")))
            return new Missing("its k= is '" + tags.getOrDefault("k", "rsa") + "', the key is " + ours.get("k"));
        String shown = tags.getOrDefault("p", "");
        if (shown.isEmpty()) return new Missing("its p= is empty: the key is revoked");
        if (!shown.equals(ours.get("p"))) return new Missing("its p= is another key");
        if (!lists(tags.getOrDefault("h", "sha256"), "sha256")) return new Missing("its h= lacks sha256");
        // RFC 8460 §3: a key for reports has the service type tlsrpt; * stands for all (RFC 6376 §3.6.1).
        String services = tags.getOrDefault("s", "*");
        if (!lists(services, "*") && !lists(services, "tlsrpt"))
            return new Missing("its s= is '" + services + "', which lacks tlsrpt");
        // RFC 6376 §3.6.1: signatures of a domain that tests are treated as if they were not there.
        if (lists(tags.getOrDefault("t", ""), "y")) return new Missing("its t=y says that the domain only tests");
        return new Published();
    }

    private static boolean lists(String list, String word) { return Arrays.asList(list.split(":")).contains(word); }

    /// White space means nothing within the tags we read; empty if the text is no tag list (RFC 6376 §3.2).
    private static Optional<Map<String, String>> tags(String text) {
        var tags = new HashMap<String, String>();
        for (String tag : text.replaceAll("[ \\t\\r\\n]", "").split(";")) {
            int equals = tag.indexOf('=');
            if (tag.isEmpty()) continue;
            if (equals < 1 || tags.put(tag.substring(0, equals).toLowerCase(Locale.ROOT),
                    tag.substring(equals + 1)) != null)
                return Optional.empty();
        }
        return Optional.of(tags);
    }
}
