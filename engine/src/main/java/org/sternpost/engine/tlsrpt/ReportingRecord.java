package org.sternpost.engine.tlsrpt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.mail.VisibleText;

/// The TXT records at `_smtp._tls.<domain>`: whether and where a domain wants reports (RFC 8460 §3).
public sealed interface ReportingRecord {

    /// @param rua     `mailto:` and `https:` addresses in the order given; each gets the report
    /// @param leftOut how many more the record names, which get none
    record Found(List<URI> rua, int leftOut) implements ReportingRecord {
        public Found {
            rua = List.copyOf(rua);
            if (rua.isEmpty()) throw new IllegalArgumentException("a record without a destination");
        }
    }

    /// The domain asks for no reports.
    record None() implements ReportingRecord {}

    /// The domain wants to ask and fails, which RFC 8460 §3 treats as not asking.
    record Invalid(String why) implements ReportingRecord {}

    int TEXT_CHARACTERS_MAX = 8_192; // ours: 32 strings of 255 are more than any rua list in use
    int DESTINATIONS_MAX = 20; // ours: each costs a message a day

    String VERSION_TAG = "v=TLSRPTv1";
    /// `field-delim (rua / extension)`. A rua value may hold `=` within its URIs and white space around its commas.
    /// Nothing is ever given back, for a text of thousands of words would be too deep for the stack.
    Pattern FIELD = Pattern.compile("[ \\t]*;[ \\t]*(?:rua=(?<rua>[^;]*)"
            + "|(?<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31})=(?<value>[!-:<>-~]++(?:[ \\t]++[!-:<>-~]++)*+))");
    Pattern END = Pattern.compile("[ \\t]*;?[ \\t]*");

    /// Reads the answer to the question for the records; empty if the lookup failed, which is no proof of absence:
    /// it is asked again while the report may still be sent.
    static Optional<ReportingRecord> of(Answer answer) {
        return switch (answer) {
            case Answer.Found found -> Optional.of(of(
                    found.of(Rdata.Text.class).stream().map(Rdata.Text::joined).toList()));
            case Answer.NoData _,Answer.NoSuchName _ -> Optional.of(new None());
            case Answer.Failed _ -> Optional.empty();
        };
    }

    /// Reads the records, each with its strings joined.
    static ReportingRecord of(List<String> texts) {
        // RFC 8460 §3: records that do not begin with the version are discarded, then exactly one must be left.
        List<String> candidates = texts.stream().filter(text -> text.matches("(?s)" + VERSION_TAG + "[ \\t]*;.*"))
                .toList();
        if (candidates.size() > 1)
            return new Invalid(candidates.size() + " TXT records begin with 'v=TLSRPTv1;', one may");
        if (candidates.isEmpty())
            return texts.contains(VERSION_TAG) ? new Invalid("the TXT record has no rua") : new None();
        String text = candidates.getFirst();
        if (text.length() > TEXT_CHARACTERS_MAX)
            return new Invalid("the TXT record has more than " + TEXT_CHARACTERS_MAX + " characters");
        return fields(text.substring(VERSION_TAG.length()));
    }

    private static ReportingRecord fields(String rest) {
        Matcher field = FIELD.matcher(rest);
        var rua = new ArrayList<String>();
        int end = 0;
        while (field.region(end, rest.length()).lookingAt()) {
            // RFC 8460 §3: 1*(field-delim tlsrpt-field), and each field may be a rua: every one counts.
            if (field.group("rua") != null) rua.add(field.group("rua"));
            end = field.end();
        }
        if (!END.matcher(rest).region(end, rest.length()).matches())
            return new Invalid("'" + VisibleText.excerpt(rest.substring(end)) + "' is no field of the record");
        return rua.isEmpty() ? new Invalid("the TXT record has no rua") : destinations(String.join(",", rua));
    }

    private static ReportingRecord destinations(String list) {
        var found = new ArrayList<URI>();
        for (String text : list.strip().split("[ \\t]*,[ \\t]*", -1)) {
            // RFC 8460 §3: comma, exclamation mark and semicolon are written percent-encoded.
            if (text.isEmpty() || text.indexOf('!') >= 0 || !text.chars().allMatch(c -> c > ' ' && c < 0x7f))
                return new Invalid("'" + VisibleText.excerpt(text) + "' in rua is no URI");
            URI uri;
            try {
                uri = new URI(text);
            } catch (URISyntaxException bad) {
                return new Invalid("'" + VisibleText.excerpt(text) + "' in rua is no URI");
            }
            // RFC 8460 §3 defines mailto and https; a scheme of the future must not cost the domain its other ones.
            if (isUsable(uri) && !found.contains(uri)) found.add(uri);
        }
        return found.isEmpty()
                ? new Invalid("rua '" + VisibleText.excerpt(list) + "' has no mailto: or https: address")
                : new Found(found.subList(0, Math.min(found.size(), DESTINATIONS_MAX)),
                        Math.max(0, found.size() - DESTINATIONS_MAX));
    }

    private static boolean isUsable(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null) return false;
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "mailto" -> MailtoAddress.of(uri).isPresent();
            case "https" -> uri.getHost() != null;
            default -> false;
        };
    }
}
