package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;

/// Any octets as what a mail host says.
class ReplyReaderFuzzTest {

    @FuzzTest
    void eachReplyIsReadOrBreaksTheSession(byte[] octets) {
        var reader = new ReplyReader(new ByteArrayInputStream(octets));
        var replies = new ArrayList<Reply>();
        try {
            while (true)
                replies.add(reader.read(Stage.values()[0]));
        } catch (BrokenSessionException ended) {
            assertTrue(!String.valueOf(ended.getMessage()).isBlank());
        }
        long octetsRead = 0;
        for (Reply reply : replies) {
            assertTrue(reply.code() >= 200 && reply.code() < 600, reply::toString);
            assertTrue(!reply.lines().isEmpty() && reply.lines().size() <= 100);
            for (String line : reply.lines()) {
                assertTrue(line.length() <= 2_048 && line.chars().noneMatch(Character::isISOControl), line);
                octetsRead += 4;
            }
            assertEquals(reply.accepts(), reply.code() < 300);
            assertTrue(reply.enhancedCode().matches("([2-5]\\.\\d{1,3}\\.\\d{1,3})?"), reply::enhancedCode);
            assertEquals(reply, again(reply));
        }
        assertTrue(octetsRead <= octets.length, "more lines than octets");
    }

    /// RFC 5321 §4.2.1: written out and read again it is the same.
    private static Reply again(Reply reply) {
        var text = new StringBuilder();
        for (int i = 0; i < reply.lines().size(); i++)
            text.append(reply.code()).append(i == reply.lines().size() - 1 ? ' ' : '-').append(reply.lines().get(i))
                    .append("\r\n");
        byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            return new ReplyReader(new ByteArrayInputStream(octets)).read(Stage.values()[0]);
        } catch (BrokenSessionException longer) {
            return reply; // what cannot be printed became longer than a line may be
        }
    }
}
