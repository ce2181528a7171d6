package org.sternpost.engine.smtp.server;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sternpost.engine.mail.ReturnWish;
import org.sternpost.engine.smtp.Xtext;
import org.sternpost.engine.smtp.server.Command.Malformed;

/// The parameters of MAIL and RCPT that we announce, read strictly; any other is refused (RFC 5321 §4.1.1.11).
final class Parameters {

    private static final int ENVID_CHARACTERS_MAX = 100; // RFC 3461 §4.4
    private static final int ORCPT_CHARACTERS_MAX = 500; // RFC 3461 §4.2

    static final String REQUIRETLS = "REQUIRETLS"; // RFC 8689 §2

    /// What MAIL asked for.
    record Mail(long size, boolean eightBit, boolean smtpUtf8, String envelopeId, ReturnWish returnWish,
            boolean requireTls) {}

    /// What RCPT asked for.
    record Rcpt(Set<Letter.Notify> notifyOn, String original) {}

    private Parameters() {}

    /// How a session stands with TLS.
    enum Tls {
        /// The listener has no certificate.
        None,
        /// In clear, and STARTTLS is announced.
        Offered,
        /// Within TLS.
        On
    }

    static Mail mail(Map<String, String> given, Tls tls) throws Malformed {
        long size = 0;
        boolean eightBit = false;
        boolean utf8 = false;
        String envelopeId = "";
        ReturnWish returnWish = ReturnWish.None;
        boolean requireTls = false;
        for (var parameter : given.entrySet()) {
            String value = parameter.getValue();
            switch (parameter.getKey()) {
                case "SIZE" -> size = size(value);
                case "BODY" -> eightBit = oneOf("BODY", value, "8BITMIME", "7BIT"); // RFC 6152 §2
                case "SMTPUTF8" -> {
                    if (!value.isEmpty()) throw bad("SMTPUTF8 takes no value"); // RFC 6531 §3.4
                    utf8 = true;
                }
                case "RET" -> returnWish = oneOf("RET", value, "FULL", "HDRS") // RFC 3461 §4.3
                        ? ReturnWish.Full
                        : ReturnWish.Headers;
                case "ENVID" -> envelopeId = xtext("ENVID", value, ENVID_CHARACTERS_MAX);
                case REQUIRETLS -> requireTls = requireTls(value, tls);
                default -> throw unknown(parameter.getKey());
            }
        }
        return new Mail(size, eightBit, utf8, envelopeId, returnWish, requireTls);
    }

    static Rcpt rcpt(Map<String, String> given, boolean smtpUtf8) throws Malformed {
        Set<Letter.Notify> notifyOn = Set.of();
        String original = "";
        for (var parameter : given.entrySet())
            switch (parameter.getKey()) {
                case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                case "ORCPT" -> original = original(parameter.getValue(), smtpUtf8);
                default -> throw unknown(parameter.getKey());
            }
        return new Rcpt(notifyOn, original);
    }

    private static long size(String value) throws Malformed {
        // RFC 1870 §4: 1 to 20 digits; what a long cannot hold is too large in any case.
        if (!value.matches("[0-9]{1,20}")) throw bad("SIZE needs a number of octets");
        return value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
    }

    private static boolean requireTls(String value, Tls tls) throws Malformed {
        return switch (tls) {
            // RFC 8689 §2: the parameter has no value.
            case On -> {
                if (!value.isEmpty()) throw bad("REQUIRETLS takes no value");
                yield true;
            }
            // RFC 8689 §2, §4.3: the session itself must be TLS, loopback or not; RFC 3207 §4 has the reply.
            case Offered -> throw new Malformed("530 5.7.10", "REQUIRETLS needs STARTTLS first");
            case None -> throw unknown(REQUIRETLS);
        };
    }

    private static boolean oneOf(String name, String value, String yes, String no) throws Malformed {
        if (value.equalsIgnoreCase(yes)) return true;
        if (value.equalsIgnoreCase(no)) return false;
        throw bad(name + " is " + yes + " or " + no);
    }

    private static Set<Letter.Notify> notifyOn(String value) throws Malformed {
        var set = EnumSet.noneOf(Letter.Notify.class);
        for (String word : value.split(",", -1)) {
            Letter.Notify notify = switch (word.toUpperCase(Locale.ROOT)) {
                case "NEVER" -> Letter.Notify.Never;
                case "SUCCESS" -> Letter.Notify.Success;
                case "FAILURE" -> Letter.Notify.Failure;
                case "DELAY" -> Letter.Notify.Delay;
                default -> throw bad("NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY");
            };
            if (!set.add(notify)) throw bad("NOTIFY says " + word + " twice");
        }
        // RFC 3461 §4.1: NEVER stands alone.
        if (set.contains(Letter.Notify.Never) && set.size() > 1) throw bad("NOTIFY=NEVER stands alone");
        return set;
    }

    private static String original(String value, boolean smtpUtf8) throws Malformed {
        int semicolon = value.indexOf(';');
        if (semicolon < 1 || !value.substring(0, semicolon).matches("[A-Za-z0-9-]+"))
            throw bad("ORCPT needs a type and an address: rfc822;user@example.org");
        String address = value.substring(semicolon + 1);
        // RFC 6533 §3: an address of type utf-8 may be sent as it is when SMTPUTF8 was asked for.
        if (smtpUtf8 && value.regionMatches(true, 0, "utf-8;", 0, 6) && value.length() <= ORCPT_CHARACTERS_MAX)
            return value;
        if (address.isEmpty()) throw bad("ORCPT has no address");
        xtext("ORCPT", address, ORCPT_CHARACTERS_MAX);
        return value;
    }

    private static String xtext(String name, String value, int charactersMax) throws Malformed {
        if (value.isEmpty() || value.length() > charactersMax || !Xtext.is(value))
            throw bad(name + " needs 1 to " + charactersMax + " characters of xtext");
        return value;
    }

    private static Malformed bad(String why) { return new Malformed("501 5.5.4", why); }

    private static Malformed unknown(String name) {
        return new Malformed("555 5.5.4", "parameter " + name + " is not known here");
    }
}
