package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.message.SevenBit;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;
import org.sternpost.engine.smtp.Reply;

/// What a host announced in reply to EHLO, and whether a parcel can go there (RFC 5321 §4.1.1.1).
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

    /// Whether a parcel can go to this host.
    sealed interface Fit {

        /// As it is, or converted.
        record Fits(Parcel parcel) implements Fit {}

        /// Not to this host; another may take it.
        record Unfit(Answer.Unfit why) implements Fit {}
    }

    Fit fit(Parcel parcel) throws IOException {
        long limit = sizeLimit();
        // RFC 8689 §2: said only to a host that announces it, and without it such mail is not sent.
        if (parcel.asked().requireTls() && !has("REQUIRETLS"))
            return no("5.7.30", "the sender requires TLS and the host does not announce REQUIRETLS");
        // RFC 1870 §6.1: a message beyond the announced limit need not be tried.
        if (limit > 0 && parcel.size() > limit)
            return no("5.3.4", "the message has " + parcel.size() + " octets and the host takes " + limit);
        // RFC 6531 §3.2: without SMTPUTF8 such a message goes back.
        if (!has("SMTPUTF8") && needsUtf8(parcel))
            return no("5.6.7", "the message has addresses or header fields in UTF-8 and the host lacks SMTPUTF8");
        return has("8BITMIME") || !hasEightBit(parcel, false) ? new Fit.Fits(parcel) : sevenBit(parcel);
    }

    /// RFC 6152 §3: eight-bit content is not sent to a host that does not announce 8BITMIME, but converted if possible.
    private static Fit sevenBit(Parcel parcel) throws IOException {
        SevenBit.Plan plan;
        try (InputStream in = parcel.content().open()) {
            plan = SevenBit.plan(in);
        } catch (IOException ours) {
            throw new Parcel.Unreadable(ours);
        }
        return switch (plan) {
            case SevenBit.Plan.Convert convert -> {
                Parcel.Content content = () -> SevenBit.of(parcel.content().open(), convert);
                yield new Fit.Fits(parcel.with(content, size(content)));
            }
            case SevenBit.Plan.Impossible(var why) ->
                no("5.6.3", "the host lacks 8BITMIME, and the message " + why);
        };
    }

    private static long size(Parcel.Content content) throws IOException {
        try (InputStream in = content.open()) {
            return in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ours) {
            throw new Parcel.Unreadable(ours);
        }
    }

    /// What this host hears of MAIL's parameters.
    MailParameters mailParameters(Parcel parcel) throws IOException {
        var asked = parcel.asked();
        return new MailParameters(has("SIZE") ? OptionalLong.of(parcel.size()) : OptionalLong.empty(),
                // RFC 6152 §2: declared by what it is; strict hosts refuse eight bits that nobody declared.
                has("8BITMIME") && hasEightBit(parcel, false), has("SMTPUTF8") && wantsUtf8(parcel),
                has("DSN") ? asked.envelopeId() : "", has("DSN") ? asked.ret() : Ret.None,
                asked.requireTls());
    }

    /// RFC 6533 §3: an `ORCPT` in UTF-8 goes as it is where it can, and in seven bits elsewhere.
    private boolean wantsUtf8(Parcel parcel) throws IOException {
        return has("DSN") && parcel.to().stream().anyMatch(to -> !isAscii(to.asked().original()))
                || needsUtf8(parcel);
    }

    /// What this host hears of RCPT's parameters.
    RecipientParameters recipientParameters(Parcel.To to) { return has("DSN") ? to.asked() : RecipientParameters.NONE; }

    private long sizeLimit() {
        String said = keywords.getOrDefault("SIZE", "").strip();
        return said.matches("[0-9]{1,18}") ? Long.parseLong(said) : 0;
    }

    private static boolean needsUtf8(Parcel parcel) throws IOException {
        if (!isAscii(parcel.from()) || parcel.to().stream().anyMatch(to -> !isAscii(to.address()))) return true;
        return parcel.asked().smtpUtf8() && hasEightBit(parcel, true);
    }

    private static boolean isAscii(String text) { return text.chars().allMatch(c -> c < 0x80); }

    private static boolean hasEightBit(Parcel parcel, boolean headerOnly) throws IOException {
        try (InputStream in = parcel.content().open()) {
            var block = new byte[32 * 1024];
            int recent = 0; // the last octets without CR; two LF end the header
            for (int n = in.read(block); n >= 0; n = in.read(block))
                for (int i = 0; i < n; i++) {
                    if (block[i] < 0) return true;
                    if (block[i] == '\r') continue;
                    recent = recent << 8 | block[i];
                    if (headerOnly && (recent & 0xffff) == 0x0a0a) return false;
                }
            return false;
        } catch (IOException ours) {
            throw new Parcel.Unreadable(ours);
        }
    }

    private static Fit no(String code, String why) { return new Fit.Unfit(new Answer.Unfit(code, why)); }
}
