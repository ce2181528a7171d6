package org.sternpost.engine.smtp;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Notify;

/// What RCPT asks for besides its path, in one grammar for both sides, as [MailParameters] are.
///
/// @param notifyOn `NOTIFY` (RFC 3461 §4.1); empty when not said
/// @param original `ORCPT` as sent, `rfc822;user@example.org` (RFC 3461 §4.2); empty text when none
public record RecipientParameters(Set<Notify> notifyOn, String original) {

    public static final RecipientParameters NONE = new RecipientParameters(Set.of(), "");

    private static final int ORCPT_CHARACTERS_MAX = 500; // RFC 3461 §4.2
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9-]+");
    private static final String UTF8 = "utf-8"; // RFC 6533 §3

    /// @throws IllegalArgumentException if the grammar has no such parameter
    public RecipientParameters {
        notifyOn = Set.copyOf(notifyOn);
        // RFC 3461 §4.1: NEVER stands alone.
        if (notifyOn.contains(Notify.Never) && notifyOn.size() > 1)
            throw new IllegalArgumentException("NOTIFY=NEVER stands alone");
        if (!original.isEmpty()) refuseBadOriginal(original);
    }

    /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
    ///
    /// @param smtpUtf8 MAIL asked for SMTPUTF8
    public static RecipientParameters of(Map<String, String> given, boolean smtpUtf8) throws ParameterException {
        Set<Notify> notifyOn = Set.of();
        String original = "";
        for (var parameter : given.entrySet())
            switch (parameter.getKey()) {
                case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                case "ORCPT" -> original = MailParameters.given("ORCPT", parameter.getValue());
                default -> throw ParameterException.unknown(parameter.getKey());
            }
        // RFC 6533 §3: an address of type utf-8 may be sent as it is when SMTPUTF8 was asked for.
        if (!smtpUtf8 && !isAscii(original))
            throw ParameterException.malformed("ORCPT has characters outside ASCII and MAIL has no SMTPUTF8");
        try {
            return new RecipientParameters(notifyOn, original);
        } catch (IllegalArgumentException bad) {
            throw ParameterException.malformed(String.valueOf(bad.getMessage()));
        }
    }

    /// As a command says them, each after a space.
    ///
    /// @param smtpUtf8 MAIL says SMTPUTF8
    public String written(boolean smtpUtf8) {
        var said = new StringBuilder();
        if (!notifyOn.isEmpty())
            said.append(" NOTIFY=").append(notifyOn.stream().sorted()
                    .map(on -> on.name().toUpperCase(Locale.ROOT)).collect(Collectors.joining(",")));
        // RFC 6533 §3: without SMTPUTF8 in seven bits.
        if (!original.isEmpty())
            said.append(" ORCPT=").append(smtpUtf8 || isAscii(original) ? original : sevenBit(original));
        return said.toString();
    }

    private static Set<Notify> notifyOn(String value) throws ParameterException {
        var set = EnumSet.noneOf(Notify.class);
        for (String word : value.split(",", -1)) {
            Notify notify = switch (word.toUpperCase(Locale.ROOT)) {
                case "NEVER" -> Notify.Never;
                case "SUCCESS" -> Notify.Success;
                case "FAILURE" -> Notify.Failure;
                case "DELAY" -> Notify.Delay;
                default -> throw ParameterException.malformed("NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY");
            };
            if (!set.add(notify)) throw ParameterException.malformed("NOTIFY says " + word + " twice");
        }
        return set;
    }

    private static void refuseBadOriginal(String value) {
        int semicolon = value.indexOf(';');
        if (semicolon < 1 || !TYPE.matcher(value.substring(0, semicolon)).matches())
            throw new IllegalArgumentException("ORCPT needs a type and an address: rfc822;user@example.org");
        String address = value.substring(semicolon + 1);
        boolean utf8 = value.substring(0, semicolon).equalsIgnoreCase(UTF8);
        boolean good = !isAscii(address) && utf8 ? isUnitext(address) : Xtext.is(address);
        // What may be sent on in seven bits must fit in seven bits.
        if (address.isEmpty() || !good || sevenBit(value).length() > ORCPT_CHARACTERS_MAX)
            throw new IllegalArgumentException("ORCPT needs 1 to " + ORCPT_CHARACTERS_MAX + " characters of xtext");
    }

    /// RFC 6533 §3: an address as it is, or with escapes; of ASCII all that is visible but "=".
    private static boolean isUnitext(String address) {
        return address.codePoints().allMatch(c -> c > ' ' && c != '=' && !Address.breaksLines(c));
    }

    private static String sevenBit(String original) {
        if (isAscii(original)) return original;
        int address = original.indexOf(';') + 1;
        return original.substring(0, address) + Xtext.sevenBit(original.substring(address));
    }

    private static boolean isAscii(String text) { return text.chars().allMatch(c -> c < 0x80); }
}
