package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;

/// A header in which somebody wrote encoded words beside raw UTF-8 says in ASCII what it said before.
class PickupWordsTest {

    private static final int SUBJECTS = 2_000;
    private static final long SEED = 20_261_129;

    /// Prints what each line says to its reader.
    private static final String PYTHON = """
            import sys
            from email.header import decode_header
            from email.utils import parseaddr
            def said(text):
                parts = decode_header(text)
                return ''.join(part if isinstance(part, str) else part.decode(charset or 'raw-unicode-escape')
                    for part, charset in parts)
            out = open(sys.argv[2], 'w', encoding='utf-8', newline='\\n')
            for line in open(sys.argv[1], encoding='utf-8', newline='\\n'):
                name, body = line.rstrip('\\n').split(':', 1)
                text = body if name == 'Subject' else parseaddr(body.strip())[0]
                out.write(said(text.strip()).replace('\\t', ' ').strip() + '\\n')
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            =?utf-8?Q?J=C3=BC?= ä                    | Jü ä
            ä =?utf-8?Q?J=C3=BC?=                    | ä Jü
            ä =?utf-8?Q?J=C3=BC?=  =?utf-8?B?w6Q=?=  | ä Jüä
            ä  ö                                     | ä  ö
            ä =?iso-8859-1*de?q?=E4_b?= c            | ä ä b c
            ä =?                                     | ä =?
            ä a?= =?b                                | ä a?= =?b
            """)
    void whatIsEncodedAlreadyIsNotEncodedTwice(String subject, String said) {
        String ascii = written("Subject: " + subject);
        assertTrue(ascii.chars().allMatch(c -> c < 0x80), ascii);
        assertEquals(said, Header.said(ascii.substring("Subject: ".length())).orElseThrow());
    }

    /// Of such a word nobody can say what it means, so it stays.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Subject: ä =?no-such?Q?x?=
            Subject: ä =?utf-8?Q?=C3?=
            Subject: ä =?utf-8?B?w?=
            Subject: ä =?utf-8?Q?a=0D=0ABcc:_x@y.example?=
            From: ä =?no-such?Q?x?= <a@x.example>
            """)
    void aWordThatCannotBeDecodedLeavesItsFieldAsItIs(String field) { assertEquals(field, written(field)); }

    @Test
    void textMadeByChanceSaysToAnotherReaderWhatItSaid() throws Exception {
        var random = new Random(SEED);
        var lines = new ArrayList<String>();
        for (int i = 0; i < SUBJECTS; i++) {
            String given = i % 2 == 0 ? "Subject: " + text(random) : "From: " + text(random) + " <a@x.example>";
            lines.add(given);
            lines.add(written(given));
        }
        List<String> said = python(lines);
        int ascii = 0;
        for (int i = 0; i < lines.size(); i += 2) {
            assertEquals(said.get(i), said.get(i + 1), "seed " + SEED + ", " + lines.get(i) + " became "
                    + lines.get(i + 1));
            if (lines.get(i + 1).chars().allMatch(c -> c < 0x80)) ascii++;
        }
        assertEquals(SUBJECTS, ascii);
    }

    private List<String> python(List<String> lines) throws Exception {
        Path in = Files.write(directory.resolve("in"), lines, StandardCharsets.UTF_8);
        Path out = directory.resolve("out");
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", PYTHON, in.toString(), out.toString())
                    .redirectErrorStream(true).start();
        } catch (IOException none) {
            return abort("python3 is not here, so no other reader says what is written");
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), said);
        return Files.readAllLines(out);
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int words = 1 + random.nextInt(8); words > 0; words--) {
            if (!text.isEmpty()) text.append(one(random, " ", " ", " ", "  ", "\t"));
            text.append(one(random, "a", "ä", "Grüße", "漢字".repeat(random.nextInt(1, 30)), "𝄞", "lee", "=", "?",
                    "=?utf-8?Q?J=C3=BCrgen?=", "=?utf-8?q?a_b=2C?=", "=?UTF-8?B?w6Qg?=", "=?utf-8?B?4oKs?=",
                    "=?iso-8859-1?Q?=E4=F6?=", "=?windows-1252?Q?=80?=", "=?us-ascii?Q?plain?="));
        }
        return text.toString();
    }

    private static String one(Random random, String... of) { return of[random.nextInt(of.length)]; }

    /// The field as it goes on, unfolded.
    private static String written(String field) {
        String name = field.substring(0, field.indexOf(':'));
        String rest = name.equals("From") ? "" : "From: a@x.example\r\n";
        byte[] header = (field + "\r\n" + rest + "To: b@y.example\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        var read = assertInstanceOf(PickupHeader.Read.Message.class, PickupHeader.of(header, 100,
                new PickupHeader.Origin("relay.example.org", new QueueId("1M83XJ880R67HVCC"), Instant.EPOCH)));
        String unfolded = new String(read.header(), StandardCharsets.UTF_8).replaceAll("\r\n(?=[ \t])", "");
        return unfolded.lines().filter(line -> line.startsWith(name + ":")).findFirst().orElseThrow();
    }
}
