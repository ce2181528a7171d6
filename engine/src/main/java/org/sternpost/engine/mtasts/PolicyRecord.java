package org.sternpost.engine.mtasts;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sternpost.engine.mail.VisibleText;

/// The TXT records at `_mta-sts.<domain>` (RFC 8461 §3.1).
sealed interface PolicyRecord {

    /// The one record that says: there is a policy, and this is its version.
    record Id(String id) implements PolicyRecord {}

    /// No usable record.
    ///
    /// @param broken true if a record wants to be one and fails, or several do: worth telling its owner
    record None(String why, boolean broken) implements PolicyRecord {}

    /// The discard rule of §3.1; white space before the semicolon by the grammar there (erratum 6285).
    Pattern VERSION = Pattern.compile("^v=STSv1[ \\t]*;");
    /// `sts-field-delim (sts-id / sts-extension)`, name and value.
    Pattern FIELD = Pattern.compile("[ \\t]*;[ \\t]*(?<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31})=(?<value>[!-:<>-~]+)");
    Pattern ID = Pattern.compile("[A-Za-z0-9]{1,32}");
    Pattern END = Pattern.compile("(?:[ \\t]*;[ \\t]*)?");

    /// Reads the records, each with its strings joined.
    static PolicyRecord of(List<String> texts) {
        // RFC 8461 §3.1: what does not begin with the version is discarded, then exactly one must be left.
        List<String> candidates = texts.stream().filter(text -> VERSION.matcher(text).find()).toList();
        if (candidates.isEmpty()) return new None("no TXT record begins with 'v=STSv1;'", false);
        if (candidates.size() > 1)
            return new None(candidates.size() + " TXT records begin with 'v=STSv1;', one may", true);
        return fields(candidates.getFirst());
    }

    private static PolicyRecord fields(String text) {
        String rest = text.substring("v=STSv1".length());
        Matcher field = FIELD.matcher(rest);
        String id = "";
        int end = 0;
        while (field.region(end, rest.length()).lookingAt()) {
            // RFC 8461 §3.1: of fields that are not to be repeated the first counts.
            if (id.isEmpty() && field.group("name").equals("id")) {
                id = field.group("value");
                if (!ID.matcher(id).matches())
                    return new None("id '" + VisibleText.excerpt(id) + "' is not 1 to 32 letters or digits", true);
            }
            end = field.end();
        }
        if (!END.matcher(rest).region(end, rest.length()).matches())
            return new None("'" + VisibleText.excerpt(rest.substring(end)) + "' is no field of the record", true);
        return id.isEmpty() ? new None("the TXT record has no id", true) : new Id(id);
    }
}
