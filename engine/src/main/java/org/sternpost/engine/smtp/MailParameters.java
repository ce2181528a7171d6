package org.sternpost.engine.smtp;

import java.util.Map;
import java.util.OptionalLong;
import org.sternpost.engine.mail.Ret;

/// What MAIL asks for besides its path. Whoever takes it in and whoever sends it on use this one grammar, so what was
/// accepted can be said again.
///
/// @param size       octets declared (RFC 1870 §4)
/// @param eightBit   `BODY=8BITMIME` (RFC 6152 §2)
/// @param smtpUtf8   `SMTPUTF8` (RFC 6531 §3.4)
/// @param envelopeId `ENVID` as sent (RFC 3461 §4.4); empty text when none
/// @param ret `RET` (RFC 3461 §4.3)
/// @param requireTls `REQUIRETLS` (RFC 8689 §2)
public record MailParameters(OptionalLong size, boolean eightBit, boolean smtpUtf8, String envelopeId,
        Ret ret, boolean requireTls) {

    public static final String REQUIRETLS = "REQUIRETLS"; // RFC 8689 §2
    public static final MailParameters NONE = new MailParameters(OptionalLong.empty(), false, false, "",
            Ret.None, false);

    private static final int ENVID_CHARACTERS_MAX = 100; // RFC 3461 §4.4

    /// @throws IllegalArgumentException if the grammar has no such parameter
    public MailParameters { requireEnvelopeId(envelopeId); }

    /// @throws IllegalArgumentException if it cannot be the value of ENVID; empty text says that there is none
    public static void requireEnvelopeId(String envelopeId) {
        if (!envelopeId.isEmpty() && (envelopeId.length() > ENVID_CHARACTERS_MAX || !Xtext.is(envelopeId)))
            throw new IllegalArgumentException("ENVID needs 1 to " + ENVID_CHARACTERS_MAX + " characters of xtext");
    }

    /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
    public static MailParameters of(Map<String, String> given) throws ParameterException {
        var size = OptionalLong.empty();
        boolean eightBit = false;
        boolean utf8 = false;
        String envelopeId = "";
        Ret ret = Ret.None;
        boolean requireTls = false;
        for (var parameter : given.entrySet()) {
            String value = parameter.getValue();
            switch (parameter.getKey()) {
                case "SIZE" -> size = OptionalLong.of(size(value));
                case "BODY" -> eightBit = oneOf("BODY", value, "8BITMIME", "7BIT");
                case "SMTPUTF8" -> utf8 = alone("SMTPUTF8", value);
                case "RET" -> ret = oneOf("RET", value, "FULL", "HDRS") ? Ret.Full : Ret.Headers;
                case "ENVID" -> envelopeId = given("ENVID", value);
                case REQUIRETLS -> requireTls = alone(REQUIRETLS, value);
                default -> throw ParameterException.unknown(parameter.getKey());
            }
        }
        try {
            return new MailParameters(size, eightBit, utf8, envelopeId, ret, requireTls);
        } catch (IllegalArgumentException bad) {
            throw ParameterException.malformed(String.valueOf(bad.getMessage()));
        }
    }

    /// As a command says them, each after a space.
    public String written() {
        var said = new StringBuilder();
        if (size.isPresent()) said.append(" SIZE=").append(size.getAsLong());
        if (eightBit) said.append(" BODY=8BITMIME");
        if (smtpUtf8) said.append(" SMTPUTF8");
        if (requireTls) said.append(" REQUIRETLS");
        // RFC 3461 §5.2.1: passed on as it was said, and nothing where nothing was said.
        said.append(switch (ret) {
            case None -> "";
            case Headers -> " RET=HDRS";
            case Full -> " RET=FULL";
        });
        if (!envelopeId.isEmpty()) said.append(" ENVID=").append(envelopeId);
        return said.toString();
    }

    private static long size(String value) throws ParameterException {
        // RFC 1870 §4: 1 to 20 digits; what a long cannot hold is too large in any case.
        if (!value.matches("[0-9]{1,20}")) throw ParameterException.malformed("SIZE needs a number of octets");
        return value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
    }

    private static boolean oneOf(String name, String value, String yes, String no) throws ParameterException {
        if (value.equalsIgnoreCase(yes)) return true;
        if (value.equalsIgnoreCase(no)) return false;
        throw ParameterException.malformed(name + " is " + yes + " or " + no);
    }

    private static boolean alone(String name, String value) throws ParameterException {
        if (!value.isEmpty()) throw ParameterException.malformed(name + " takes no value");
        return true;
    }

    static String given(String name, String value) throws ParameterException {
        if (value.isEmpty()) throw ParameterException.malformed(name + " needs a value");
        return value;
    }
}
