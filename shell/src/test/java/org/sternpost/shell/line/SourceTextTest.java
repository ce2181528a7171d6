package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scripts as editors save them.
class SourceTextTest {

    private static final String TEXT = "Get-Queue 'Bücher ✓'\nGet-Command\n";

    private static byte[] octets(String mark, String text, Charset charset) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(java.util.HexFormat.of().parseHex(mark));
        all.writeBytes(text.getBytes(charset));
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',     UTF-8
            EFBBBF, UTF-8
            FFFE,   UTF-16LE
            FEFF,   UTF-16BE
            """)
    void textIsTheSameHoweverItIsSaved(String mark, String charset) throws Exception {
        for (String end : new String[]{"\n", "\r\n", "\r"})
            for (String tail : new String[]{"", "\u001A", "\u001A\u001A", "\u001A" + end})
                assertEquals(TEXT, SourceText.decode(octets(mark, TEXT.replace("\n", end) + tail,
                        Charset.forName(charset))), charset + " " + tail.length());
    }

    @Test
    void anEndOfFileMarkEndsTheLastLineToo() throws Exception {
        assertEquals("Get-Queue\n", SourceText.decode("Get-Queue\u001A".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("Get-Queue", SourceText.decode("Get-Queue".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("", SourceText.decode(new byte[0]));
    }

    @Test
    void whatIsNoUtfIsRefusedByItsLineAndName() {
        var quotes = assertThrows(SourceText.UnreadableTextException.class,
                () -> SourceText.decode("Get-Queue\r\nGet-X “a”".getBytes(Charset.forName("windows-1252"))));
        assertEquals("line 2 has the octet 0x93, which is no UTF-8 (in Windows-1252 it is “); save the file as UTF-8",
                quotes.getMessage());
        var unmarked = assertThrows(SourceText.UnreadableTextException.class,
                () -> SourceText.decode("Get-Queue".getBytes(StandardCharsets.UTF_16LE)));
        assertTrue(unmarked.getMessage().contains("UTF-16 without a mark"), unmarked.getMessage());
        var wide = assertThrows(SourceText.UnreadableTextException.class,
                () -> SourceText.decode(octets("FFFE0000", "", StandardCharsets.UTF_8)));
        assertTrue(wide.getMessage().contains("UTF-32"), wide.getMessage());
        assertThrows(SourceText.UnreadableTextException.class,
                () -> SourceText.decode(octets("FFFE", "a", StandardCharsets.UTF_8)), "half a character");
        assertThrows(SourceText.UnreadableTextException.class,
                () -> SourceText.decode(new byte[]{'a', (byte) 0xC3}), "a character cut in two");
    }
}
