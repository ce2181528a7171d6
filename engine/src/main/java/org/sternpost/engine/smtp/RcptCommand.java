package org.sternpost.engine.smtp;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;

/// The parameters of RCPT as the command says them, in one grammar for both sides, as [MailCommand] is.
public final class RcptCommand {

    private RcptCommand() {}

    /// Reads parameters by their names; one that is not known is refused (RFC 5321 §4.1.1.11).
    ///
    /// @param smtpUtf8 MAIL asked for SMTPUTF8
    public static Recipient of(Address address, Map<String, String> given, boolean smtpUtf8)
            throws ParameterException {
        Set<Notify> notifyOn = Set.of();
        String orcpt = "";
        for (var parameter : given.entrySet())
            switch (parameter.getKey()) {
                case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                case "ORCPT" -> orcpt = MailCommand.given("ORCPT", parameter.getValue());
                default -> throw ParameterException.unknown(parameter.getKey());
            }
        // RFC 6533 §3: an address of type utf-8 may be sent as it is when SMTPUTF8 was asked for.
        if (!smtpUtf8 && orcpt.chars().anyMatch(c -> c >= 0x80))
            throw ParameterException.malformed("ORCPT has characters outside ASCII and MAIL has no SMTPUTF8");
        try {
            return new Recipient(address, notifyOn, orcpt);
        } catch (IllegalArgumentException bad) {
            throw ParameterException.malformed(String.valueOf(bad.getMessage()));
        }
    }

    /// As a command says them, each after a space.
    ///
    /// @param smtpUtf8 MAIL says SMTPUTF8
    public static String written(Recipient recipient, boolean smtpUtf8) {
        var said = new StringBuilder();
        if (!recipient.notifyOn().isEmpty())
            said.append(" NOTIFY=").append(recipient.notifyOn().stream().sorted()
                    .map(on -> on.name().toUpperCase(Locale.ROOT)).collect(Collectors.joining(",")));
        // RFC 6533 §3: without SMTPUTF8 in seven bits.
        String orcpt = (smtpUtf8 ? recipient : recipient.sevenBit()).orcpt();
        if (!orcpt.isEmpty()) said.append(" ORCPT=").append(orcpt);
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
}
