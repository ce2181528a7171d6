package org.sternpost.engine.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Any octets as what a client says, in commands and in messages.
class SmtpInputFuzzTest {

    /// Gives few octets at a time, as networks do.
    private static InputStream dripping(byte[] octets, int step) {
        return new ByteArrayInputStream(octets) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(step, length));
            }
        };
    }

    @FuzzTest
    void linesEndInCrLfAndInNothingElse(FuzzedDataProvider data) throws IOException {
        int step = data.consumeInt(1, 50);
        int max = data.consumeInt(3, 300);
        byte[] octets = data.consumeRemainingAsBytes();
        var in = new SmtpInput(dripping(octets, step));
        var expected = new String(octets, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        for (int i = 0; i < expected.length - 1; i++) {
            String line = expected[i];
            switch (in.line(max)) {
                case SmtpInput.Line.Text(byte[] text) -> {
                    assertEquals(line, new String(text, StandardCharsets.ISO_8859_1));
                    assertTrue(text.length + 2 <= max && line.indexOf('\n') < 0 && line.indexOf('\r') < 0);
                }
                case SmtpInput.Line.TooLong(byte[] beginning) -> {
                    assertTrue(line.length() + 2 > max);
                    assertTrue(line.startsWith(new String(beginning, StandardCharsets.ISO_8859_1)));
                }
                case SmtpInput.Line.BareEnd() -> assertTrue(line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0);
                case SmtpInput.Line.End() -> throw new AssertionError("line " + i + " is lost");
            }
        }
        assertEquals(new SmtpInput.Line.End(), in.line(max));
    }
}
