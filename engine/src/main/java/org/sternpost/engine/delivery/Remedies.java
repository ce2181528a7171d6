package org.sternpost.engine.delivery;

import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.BrokenSessionException;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Reason.Owner;

/// Who must do what about trouble with a host that has nothing to do with validation.
///
/// @param operator who runs it
record Remedies(Domain host, Owner operator) {

    static Remedies of(Requirement asked) { return new Remedies(asked.host(), asked.operator()); }

    /// The host said no. What it means stands in the second number of its code (RFC 3463 §3), as far as it gave one.
    Remedy of(Stage stage, Reply reply) {
        if (reply.severity() == Reply.Severity.Completion || reply.severity() == Reply.Severity.Intermediate)
            return brokenServer();
        String kind = reply.enhancedCode().substring(1, reply.enhancedCode().lastIndexOf('.') + 1);
        return switch (kind) {
            // RFC 3463 §3.2: X.1.n, an address; that of the sender where MAIL FROM was answered.
            case ".1." -> stage == Stage.Mail
                    ? sender("Send from an address that takes mail itself; " + host + " does not accept this one.")
                    : sender("Check the address for a slip; " + host
                            + " knows no such recipient. Reach the recipient another way.");
            // RFC 3463 §3.3: X.2.n, the mailbox.
            case ".2." -> new Remedy(Owner.RECIPIENT, "Let the mailbox of the recipient take mail again; the reply says"
                    + " what is wrong with it.");
            // RFC 3463 §3.7: X.6.n, the form of the content.
            case ".6." -> sender("Send it in a form that " + host + " takes; its reply says what it lacks.");
            default -> reply.enhancedCode().endsWith(".3.4")
                    ? sender("Send a smaller message.") // RFC 3463 §3.4: X.3.4, too big for the system
                    : operator(reply.severity() == Reply.Severity.Transient
                            ? "Nothing if it passes by itself, since the mail is tried again; if it lasts, let " + host
                                    + " take this mail. Where its reply does not say why it does not, its log does."
                            : "Let " + host + " take this mail; its reply says why it does not, or its log.");
        };
    }

    /// A host that greets with a refusal.
    Remedy unwilling() {
        return operator("Let " + host + " take mail from this gateway again; its reply, or its log, says why it does"
                + " not, and its log under which address it sees the gateway.");
    }

    /// A host that takes fewer recipients at a time than were offered.
    Remedy tooMany() {
        return operator("Nothing, since the rest is sent apart; let " + host
                + " take more recipients at a time (RFC 5321 §4.5.3.1.8) to have it at once.");
    }

    /// A host that lacks what the message needs.
    Remedy unfit(String code) {
        return code.endsWith(".3.4") // RFC 3463 §3.4: too big for the system
                ? sender("Send a smaller message.")
                : operator("Let " + host + " offer what the message needs; or the sender sends it without that.");
    }

    /// A host without an address.
    Remedy noAddress() {
        return operator("Give " + host + " an address (A or AAAA) in the DNS, or name another host in "
                + (operator == Owner.SMART_HOST ? "SmartHosts of the connector." : "the MX records."));
    }

    /// A session that cannot go on, for a reason that is not our own.
    Remedy broken(BrokenSessionException session) {
        return switch (session.fault()) {
            case Protocol, Unasked, Injected, Pipeline, Chunking -> brokenServer();
            case Own, Connection -> session.stage() == Stage.Content
                    ? operator("Let " + host + " answer when it has the whole message, and keep the connection until"
                            + " then; what it checks before may take ten minutes (RFC 5321 §4.5.3.2.6).")
                    : silent();
        };
    }

    /// A host that gives no answer.
    Remedy silent() {
        return operator("Let " + host + " answer again; if no host anywhere answers, look at the network of this"
                + " gateway.");
    }

    /// More sessions are wanted than our own settings allow.
    static Remedy full(SessionPlaces.Limit limit) {
        return new Remedy(Owner.OURS, "Nothing if it passes by itself, since the mail is tried again; if it lasts,"
                + " raise " + limit.setting() + ", or see why sessions take so long.");
    }

    /// RFC 3463 §3.2 and §3.5: X.1.n is the address, X.4.n the route that the domain publishes.
    static Remedy impossible(String code) {
        return code.startsWith("5.1.")
                ? sender("Check the address for a slip; reach the recipient another way.")
                : new Remedy(Owner.RECIPIENT, "Correct the MX records of the domain, so that one names a host that"
                        + " others can reach. Only if they lead to this gateway on purpose, its administrator makes a"
                        + " connector with SmartHosts for the domain instead.");
    }

    private Remedy brokenServer() {
        return operator("Repair or update the mail server on " + host + ", which breaks the rules of the protocol"
                + " (RFC 5321 §4.2). If its log shows other replies than these, it is what stands before it, such as a"
                + " firewall that looks into mail.");
    }

    private Remedy operator(String words) { return new Remedy(operator, words); }

    private static Remedy sender(String words) { return new Remedy(Owner.SENDER, words); }
}
