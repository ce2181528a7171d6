package org.sternpost.engine.partner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.evidence.Faults.Fault;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.partner.Letter.Block;
import org.sternpost.engine.partner.Letter.Fact;
import org.sternpost.engine.partner.Letter.Section;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Letters are text that can be read and sent, whatever strangers put in certificates, records and replies.
class LetterTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void wordsAreBrokenAtBlanksAndCodeIsNot() {
        String digest = "3 1 1 " + "0f".repeat(32);
        var letter = new Letter("s", List.of(new Section("", List.of(new Block.Words("word ".repeat(40).strip()))),
                new Section("Records", List.of(new Block.Code(List.of("x ".repeat(60).strip())),
                        new Block.Facts(List.of(new Fact("TLSA", List.of(digest)), new Fact("Why", List.of("because "
                                .repeat(20).strip()))))))));
        String text = letter.text();
        assertTrue(text.contains("    " + "x ".repeat(60).strip() + "\n"), text);
        assertTrue(text.contains("    TLSA             " + digest + "\n"), text);
        assertTrue(text.contains("Records\n-------\n"), text);
        String sentence = "because ".repeat(12) + "f".repeat(64) + " because";
        String broken = new Letter("s", List.of(new Section("", List.of(new Block.Facts(List.of(new Fact("Why",
                List.of(sentence)))))))).text();
        assertEquals(List.of(sentence, 3L), List.of(broken.replace("Why", "").strip().replaceAll("\\s+", " "),
                broken.lines().filter(line -> line.contains("because")).count()), broken);
        for (String line : text.split("\n"))
            if (!line.contains("x x") && !line.contains(digest)) assertTrue(line.length() <= 76, line);
        assertTrue(text.endsWith("because\n"), text);
    }

    @Test
    void whatStrangersChoseIsShownAndDoesNothing() {
        String evil = "CN=<script>alert(1)</script>\"&amp;\r\nBcc: all@example.org\u001b[2J\u202e";
        var letter = new Letter(evil, List.of(new Section("What we saw", List.of(new Block.Words(evil),
                new Block.Code(List.of(evil)), new Block.Facts(List.of(new Fact("Certificate", List.of(evil))))))));
        for (String shown : List.of(letter.text(), letter.html(), letter.subject()))
            assertFalse(shown.contains("\u001b") || shown.contains("\u202e") || shown.contains("\r")
                    || shown.contains("\nBcc"), shown);
        assertFalse(letter.html().contains("<script"), letter.html());
        assertTrue(letter.html().contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;amp;"), letter.html());
        assertEquals(1, letter.subject().lines().count());
    }

    /// It is pasted into a shell.
    @ParameterizedTest
    @ValueSource(strings = {"a;reboot.example", "$(id).example", "a b.example", "a'b.example", "-oProxy.example\n",
            "`id`.example", "a|b.example"})
    void aNameThatAShellWouldObeyIsNoPartOfACommand(String name) {
        assertThrows(IllegalArgumentException.class, () -> FaultCommand.of(new Faulty(fault(Reason.TLSA_INVALID,
                name))));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void eachReasonOfAPartnerHasALetter(Reason reason) {
        Fault fault = fault(reason, "mx.partner.example");
        if (reason.isLocal()) {
            assertThrows(IllegalArgumentException.class, () -> LetterWriter.write(fault, true, "relay.example", ""));
            return;
        }
        Letter letter = LetterWriter.write(fault, true, "relay.example", "");
        assertTrue(letter.subject().startsWith("Mail to partner.example: "), letter.subject());
        String text = letter.text().replaceAll("\\s+", " ");
        for (String part : List.of("To the postmaster of partner.example", "What to change", "What we saw",
                "mx.partner.example", "it was so", "See it yourselves", "goes back to its senders",
                "answer this letter"))
            assertTrue(text.contains(part), reason + " lacks '" + part + "':\n" + letter.text());
    }

    private static Fault fault(Reason reason, String host) {
        return new Fault("c-1", Domain.of("partner.example"), new Failure(reason, "it was so", "mend it"), host, 40, 13,
                AT, AT.plusSeconds(60), Optional.empty());
    }
}
