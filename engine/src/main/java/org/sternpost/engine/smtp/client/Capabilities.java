package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.message.SevenBit;
import org.sternpost.engine.smtp.Command.MailCommand;
import org.sternpost.engine.smtp.Command.RcptCommand;
import org.sternpost.engine.smtp.Command;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.OutgoingContent.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.store.Content;

/// What a host announced in reply to EHLO, and whether a message can go there (RFC 5321 §4.1.1.1).
record Capabilities(Map<String, String> keywords) {

    static final Capabilities NONE = new Capabilities(Map.of());

    Capabilities { keywords = Map.copyOf(keywords); }

    static Capabilities of(Reply hello) {
        var keywords = new HashMap<String, String>();
        for (String line : hello.lines().subList(1, hello.lines().size())) {
            String[] word = line.strip().split(" ", 2);
            keywords.put(word[0].toUpperCase(Locale.ROOT), word.length > 1 ? word[1] : "");
        }
        return new Capabilities(keywords);
    }

    boolean has(String keyword) { return keywords.containsKey(keyword); }

    /// Whether a message can go to this host.
    sealed interface Fit {

        /// As it is, or converted.
        record Fits(OutgoingContent content) implements Fit {}

        /// Not to this host; another may take it.
        record Unfit(Answer.Unfit why) implements Fit {}
    }

    Fit fit(Envelope envelope, Content given) throws IOException {
        var content = new OutgoingContent(given);
        long limit = sizeLimit();
        // RFC 8689 §2: said only to a host that announces it, and without it such mail is not sent.
        if (envelope.parameters().requireTls() == RequireTlsTag.Required && !has("REQUIRETLS"))
            return no("5.7.30", "the sender requires TLS and the host does not announce REQUIRETLS");
        // RFC 1870 §6.1: a message beyond the announced limit need not be tried.
        if (limit > 0 && content.octets() > limit)
            return no("5.3.4", "the message has " + content.octets() + " octets and the host takes " + limit);
        // RFC 6531 §3.2: without SMTPUTF8 such a message goes back.
        if (!has("SMTPUTF8") && needsUtf8(envelope, content))
            return no("5.6.7", "the message has addresses or header fields in UTF-8 and the host lacks SMTPUTF8");
        return has("8BITMIME") || !content.eightBit() ? new Fit.Fits(content) : sevenBit(given);
    }

    /// RFC 6152 §3: eight-bit content is not sent to a host that does not announce 8BITMIME, but converted if possible.
    private static Fit sevenBit(Content content) throws IOException {
        SevenBit.Plan plan;
        try (InputStream in = content.open()) {
            plan = SevenBit.plan(in);
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
        return switch (plan) {
            case SevenBit.Plan.Convert convert -> new Fit.Fits(new OutgoingContent(converted(content, convert)));
            case SevenBit.Plan.Impossible(var why) ->
                no("5.6.3", "the host lacks 8BITMIME, and the message " + why);
        };
    }

    private static Content converted(Content content, SevenBit.Plan.Convert convert) throws IOException {
        long size;
        try (InputStream in = SevenBit.of(content.open(), convert)) {
            size = in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ours) {
            throw new ContentUnreadableException(ours);
        }
        return new Content() {
            @Override
            public long size() { return size; }

            @Override
            public InputStream open() throws IOException { return SevenBit.of(content.open(), convert); }
        };
    }

    /// The commands of an envelope as this host hears them: MAIL, and a RCPT for each recipient.
    List<String> commands(Envelope envelope, OutgoingContent content) {
        var asked = mailCommand(envelope, content);
        var commands = new ArrayList<String>(1 + envelope.recipients().size());
        commands.add("MAIL FROM:<" + envelope.sender() + ">" + asked.written());
        for (Recipient to : envelope.recipients())
            commands.add("RCPT TO:<" + to.address() + ">"
                    + RcptCommand.written(asked(to), asked.parameters().smtpUtf8()));
        return commands;
    }

    private MailCommand mailCommand(Envelope envelope, OutgoingContent content) {
        var asked = envelope.parameters();
        return new MailCommand(has("SIZE") ? OptionalLong.of(content.octets()) : OptionalLong.empty(),
                new MailParameters(
                        // RFC 6152 §2: declared by what it is; strict hosts refuse eight bits that nobody declared.
                        has("8BITMIME") && content.eightBit() ? BodyType.EightBitMime : BodyType.SevenBit,
                        has("SMTPUTF8") && wantsUtf8(envelope, content), has("DSN") ? asked.ret() : Ret.None,
                        has("DSN") ? asked.envid() : "", asked.requireTls()));
    }

    /// RFC 6533 §3: an `ORCPT` in UTF-8 goes as it is where it can, and in seven bits elsewhere.
    private boolean wantsUtf8(Envelope envelope, OutgoingContent content) {
        if (needsUtf8(envelope, content)) return true;
        if (!has("DSN")) return false;
        for (Recipient to : envelope.recipients())
            if (!isAscii(to.orcpt())) return true;
        return false;
    }

    private Recipient asked(Recipient to) { return has("DSN") ? to : Recipient.of(to.address()); }

    private long sizeLimit() {
        String said = keywords.getOrDefault("SIZE", "").strip();
        return Command.isNumber(said, 18) ? Long.parseLong(said) : 0;
    }

    private static boolean needsUtf8(Envelope envelope, OutgoingContent content) {
        if (!isAscii(envelope.sender().toString())) return true;
        for (Recipient to : envelope.recipients())
            if (!isAscii(to.address().toString())) return true;
        return envelope.parameters().smtpUtf8() && content.eightBitHeader();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++)
            if (text.charAt(i) >= 0x80) return false;
        return true;
    }

    private static Fit no(String code, String why) { return new Fit.Unfit(new Answer.Unfit(code, why)); }
}
