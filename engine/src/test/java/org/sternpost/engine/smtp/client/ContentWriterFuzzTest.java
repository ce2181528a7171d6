package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.store.Content;

/// Any octets as the content of a message that we send and another host of our kind reads.
class ContentWriterFuzzTest {

    @FuzzTest
    void aMessageEndsWhereItsSenderSays(FuzzedDataProvider data) throws IOException {
        int step = data.consumeInt(1, 50);
        byte[] octets = data.consumeRemainingAsBytes();
        var sent = new ByteArrayOutputStream();
        var content = new OutgoingContent(Content.of(octets));
        content.writeData(sent);
        sent.writeBytes("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        var in = new SmtpInput(dripping(sent.toByteArray(), step));
        var kept = new ByteArrayOutputStream();
        // RFC 5321 §2.3.8: whatever ends lines in the message, CRLF alone ends them on the way.
        assertEquals(SmtpInput.Data.Complete, in.data(new SmtpInput.Arriving(Long.MAX_VALUE, kept)));
        // RFC 5321 §4.1.1.4: whatever is in a message, the command after it is the command after it.
        assertEquals("QUIT", in.line(100) instanceof SmtpInput.Line.Text(byte[] text)
                ? new String(text, StandardCharsets.US_ASCII)
                : "lost");
        String whole = new String(octets, StandardCharsets.ISO_8859_1).replaceAll("\r\n|\r|\n", "\r\n");
        if (!whole.isEmpty() && !whole.endsWith("\r\n")) whole += "\r\n";
        assertEquals(whole, kept.toString(StandardCharsets.ISO_8859_1));
        // RFC 3030 §2: the same octets as a chunk, as many as BDAT announces.
        var chunk = new ByteArrayOutputStream();
        content.writeChunk(chunk);
        assertEquals(whole, chunk.toString(StandardCharsets.ISO_8859_1));
        assertEquals(chunk.size(), content.octets());
    }

    /// Gives few octets at a time, as networks do.
    private static InputStream dripping(byte[] octets, int step) {
        return new ByteArrayInputStream(octets) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(step, length));
            }
        };
    }
}
