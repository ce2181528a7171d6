package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Messages in eight bits for hosts that take seven.
class SevenBitTest {

    /// Of two messages: types and decoded octets of their parts are the same, and neither has a defect.
    private static final String COMPARE = """
            import email, sys
            def parts(path):
                whole = email.message_from_binary_file(open(path, 'rb'))
                assert not whole.defects, whole.defects
                # This parser reads CRLF as LF, but not within base64.
                return [(p.get_content_type(), p.get_payload(decode=True).replace(b'\\r\\n', b'\\n'))
                        for p in whole.walk() if not p.is_multipart()]
            one, other = parts(sys.argv[1]), parts(sys.argv[2])
            assert len(one) == 4 and one == other, (one, other)
            """;

    private static final String MESSAGE = """
            Subject: x
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="a b"
            Content-Transfer-Encoding: 8bit

            before
            --a b
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: 8bit

            Gr\u00fc\u00dfe = ok\s
            .dot
            LONG\u00e4

            --a b
            Content-Type: multipart/alternative; boundary=q

            --q

            ascii
            --q
            Content-Type: image/png
            Content-Transfer-Encoding: binary

            \u0001\u00ff=\u0080
            more
            --q--
            --a b
            Content-Type: message/rfc822
            Content-Transfer-Encoding: 8bit

            Subject: inner

            h\u00e4rte
            --a b--
            after
            """.replace("LONG", "x".repeat(200)).replace("\n", "\r\n");

    @TempDir
    Path directory;

    /// RFC 2046 §5.1.1 has 70 characters; a line has as many as its sender likes.
    @ParameterizedTest
    @CsvSource({"\"%s\"", "\"%s", "%s"})
    void aBoundaryOfAnyLengthIsRead(String written) throws IOException {
        String message = "Content-Type: multipart/mixed; boundary=" + written.formatted("\\x".repeat(50_000))
                + "\r\n\r\n--x\r\n\r\n\u00e4\r\n";
        assertInstanceOf(SevenBit.Plan.Impossible.class,
                SevenBit.plan(new ByteArrayInputStream(message.getBytes(StandardCharsets.ISO_8859_1))));
    }

    @Test
    void aStrangeParserReadsTheSameInSevenBits() throws Exception {
        byte[] before = MESSAGE.getBytes(StandardCharsets.ISO_8859_1);
        byte[] after = converted(before);
        for (byte octet : after)
            assertTrue(octet >= 0);
        for (String line : new String(after, StandardCharsets.US_ASCII).split("\r\n"))
            assertTrue(line.length() <= 76, line);
        Path one = Files.write(directory.resolve("one"), before);
        Path other = Files.write(directory.resolve("other"), after);
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", COMPARE, one.toString(), other.toString())
                    .redirectErrorStream(true).start();
        } catch (IOException none) {
            abort("python3 is not here, so no strange parser reads the message");
            return;
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), said);
    }

    @Test
    void whatIsInSevenBitsStaysAsItIs() throws Exception {
        byte[] plain = "Subject: x\r\n\r\nhello\r\nend".getBytes(StandardCharsets.US_ASCII);
        assertArrayEquals(plain, converted(plain));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            'Subject: \u00e4||x|',                                                        header fields in raw eight-bit
            'DKIM-Signature: v=1|Subject: x||\u00e4|',                                    a signature
            'ARC-Seal: i=1|Subject: x||\u00e4|',                                          a signature
            'Content-Type: multipart/signed; boundary=s||--s||\u00e4|--s--|',             a signature
            'Content-Transfer-Encoding: base64||\u00e4|',                                 says it is base64
            'Content-Type: message/partial||\u00e4|',                                     may not be encoded
            'Content-Type: multipart/mixed||\u00e4|',                                     may not be encoded
            'Content-Type: multipart/mixed; boundary=s||\u00e4|--s||x|--s--|',            outside of its parts
            """)
    void whatNobodyMayConvertIsSaid(String message, String why) throws Exception {
        var plan = SevenBit.plan(new ByteArrayInputStream(
                message.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        String said = assertInstanceOf(SevenBit.Plan.Impossible.class, plan).why();
        assertTrue(said.contains(why), said);
    }

    private static byte[] converted(byte[] message) throws IOException {
        var plan = assertInstanceOf(SevenBit.Plan.Convert.class, SevenBit.plan(new ByteArrayInputStream(message)));
        try (var in = SevenBit.of(new ByteArrayInputStream(message), plan)) {
            return in.readAllBytes();
        }
    }
}
