package org.sternpost.engine.smtp;

import java.util.Map;
import java.util.OptionalLong;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;

/// The parameters of MAIL as the command says them. Whoever takes them in and whoever sends them on use this one
/// grammar, so what was accepted can be said again.
///
/// @param size       octets declared (RFC 1870 §4), of this transaction alone
/// @param parameters kept with the message
public record MailCommand(OptionalLong size, MailParameters parameters) {

    public static final String REQUIRETLS = "REQUIRETLS"; // RFC 8689 §2

    /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
    public static MailCommand of(Map<String, String> given) throws ParameterException {
        var size = OptionalLong.empty();
        var body = BodyType.SevenBit;
        boolean utf8 = false;
        var ret = Ret.None;
        String envid = "";
        var requireTls = RequireTlsTag.None;
        for (var parameter : given.entrySet()) {
            String value = parameter.getValue();
            switch (parameter.getKey()) {
                case "SIZE" -> size = OptionalLong.of(size(value));
                case "BODY" -> body = oneOf("BODY", value, "8BITMIME", "7BIT")
                        ? BodyType.EightBitMime
                        : BodyType.SevenBit;
                case "SMTPUTF8" -> utf8 = alone("SMTPUTF8", value);
                // RFC 3461 §4.3
                case "RET" -> ret = oneOf("RET", value, "FULL", "HDRS") ? Ret.Full : Ret.Headers;
                case "ENVID" -> envid = given("ENVID", value);
                case REQUIRETLS -> requireTls = alone(REQUIRETLS, value)
                        ? RequireTlsTag.Required
                        : RequireTlsTag.None;
                default -> throw ParameterException.unknown(parameter.getKey());
            }
        }
        try {
            return new MailCommand(size, new MailParameters(body, utf8, ret, envid, requireTls));
        } catch (IllegalArgumentException bad) {
            throw ParameterException.malformed(String.valueOf(bad.getMessage()));
        }
    }

    /// As a command says them, each after a space.
    public String written() {
        var said = new StringBuilder();
        if (size.isPresent()) said.append(" SIZE=").append(size.getAsLong());
        if (parameters.body() == BodyType.EightBitMime) said.append(" BODY=8BITMIME");
        if (parameters.smtpUtf8()) said.append(" SMTPUTF8");
        if (parameters.requireTls() == RequireTlsTag.Required) said.append(" REQUIRETLS");
        // RFC 3461 §5.2.1: passed on as it was said, and nothing where nothing was said.
        said.append(switch (parameters.ret()) {
            case None -> "";
            case Headers -> " RET=HDRS";
            case Full -> " RET=FULL";
        });
        if (!parameters.envid().isEmpty()) said.append(" ENVID=").append(parameters.envid());
        return said.toString();
    }

    private static long size(String value) throws ParameterException {
        // RFC 1870 §4: 1 to 20 digits; what a long cannot hold is too large in any case.
        if (!ParameterText.isNumber(value, 20)) throw ParameterException.malformed("SIZE needs a number of octets");
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
