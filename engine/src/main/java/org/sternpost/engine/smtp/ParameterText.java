package org.sternpost.engine.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sternpost.engine.mail.Address;

/// How MAIL and RCPT write parameters: `NAME`, `NAME=value`, with one space before each (RFC 5321 §4.1.2).
public final class ParameterText {

    private ParameterText() {}

    /// Reads what follows a path; empty text stands for a parameter without a value.
    ///
    /// @return by name in capitals
    public static Map<String, String> read(String text) throws ParameterException {
        var parameters = new LinkedHashMap<String, String>();
        for (String parameter : text.split(" ")) {
            if (parameter.isEmpty()) continue;
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            if (!isName(name) || equals >= 0 && !isValue(value))
                throw ParameterException.malformed("'" + parameter + "' is no parameter");
            if (parameters.put(name.toUpperCase(Locale.ROOT), value) != null)
                throw ParameterException.malformed(name.toUpperCase(Locale.ROOT) + " is given twice");
        }
        return parameters;
    }

    /// True for a number without a sign, of so many digits at most.
    public static boolean isNumber(String text, int digitsMax) {
        return !text.isEmpty() && text.length() <= digitsMax && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// RFC 5321 §4.1.2: letters, digits and hyphens, and no hyphen first.
    private static boolean isName(String text) {
        return !text.isEmpty() && text.charAt(0) != '-' && text.chars().allMatch(
                c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }

    /// RFC 5321 §4.1.2: any character but "=", space and controls; RFC 6531 §3.3 adds those outside ASCII.
    private static boolean isValue(String value) {
        return !value.isEmpty() && value.codePoints().allMatch(c -> c > ' ' && c != '=' && !Address.breaksLines(c));
    }
}
