package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// A message comes out of its record as it went in, or not at all.
class RecordHeaderTest {

    private static final QueueId ID = new QueueId("0123456789ABCDEF");
    private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_123L);

    @ParameterizedTest
    @EnumSource(RequireTlsTag.class)
    void aMessageComesOutAsItWentIn(RequireTlsTag tag) {
        for (Ret ret : Ret.values())
            for (BodyType body : BodyType.values()) {
                MessageRow row = row(new MailParameters(body, body == BodyType.EightBitMime, ret, "QQ314159", tag), 3);
                assertEquals(new RecordHeader.Read.Message(row, Optional.empty()),
                        RecordHeader.read(RecordHeader.octets(row)));
            }
    }

    @Test
    void aNotificationSaysWhatItTellsOf() {
        MessageRow row = row(MailParameters.NONE, 1);
        assertEquals(new RecordHeader.Read.Message(row, Optional.of(ID)),
                RecordHeader.read(RecordHeader.octets(row, Optional.of(ID))));
    }

    @Test
    void aThousandRecipientsFit() {
        MessageRow row = row(MailParameters.NONE, 1_000);
        assertEquals(new RecordHeader.Read.Message(row, Optional.empty()),
                RecordHeader.read(RecordHeader.octets(row)));
    }

    @Test
    void whatIsCutOrTooLongIsRefused() {
        byte[] whole = RecordHeader.octets(row(MailParameters.NONE, 2));
        for (int length = 0; length < whole.length; length++)
            assertInstanceOf(RecordHeader.Read.Bad.class, RecordHeader.read(Arrays.copyOf(whole, length)));
        assertInstanceOf(RecordHeader.Read.Bad.class, RecordHeader.read(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void aNewerVersionIsSaidToBeOne() {
        byte[] newer = RecordHeader.octets(row(MailParameters.NONE, 1));
        newer[0]++;
        assertEquals(new RecordHeader.Read.Bad("version 2 of its header is not known here"),
                RecordHeader.read(newer));
    }

    /// The checksum around it keeps such octets out; nothing but a result may come of them all the same.
    @Test
    void noiseGivesAResult() {
        long seed = Long.getLong("sternpost.seed", 20_261_128);
        var random = new Random(seed);
        byte[] whole = RecordHeader.octets(row(MailParameters.NONE, 3));
        int bad = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = whole.clone();
            for (int i = random.nextInt(5); i >= 0; i--)
                noise[random.nextInt(noise.length)] = (byte) random.nextInt();
            if (RecordHeader.read(noise) instanceof RecordHeader.Read.Bad) bad++;
        }
        assertTrue(bad > 1_000, "seed " + seed + ": " + bad);
    }

    private static MessageRow row(MailParameters asked, int recipients) {
        var message = new QueuedMessage(ID, NOW, NOW.plusSeconds(86_400),
                asked.envid().isEmpty() ? new ReversePath.Null() : ReversePath.of("grüße@example.org"), asked,
                new QueuedMessage.About("192.0.2.1", "<1@example.org>", "Grüße 📬 \r\n, \"odd\"", 4_711));
        var all = new ArrayList<QueuedRecipient>();
        for (int i = 0; i < recipients; i++)
            all.add(new QueuedRecipient(i, new Recipient(Address.of("u" + i + "@example.net"),
                    i % 2 == 0 ? Set.of(Notify.Success, Notify.Delay) : Set.of(), i == 1 ? "rfc822;a@example.net" : ""),
                    new QueuedRecipient.Route("connector", i == 2 ? "rule" : ""), QueuedRecipient.State.Waiting, i,
                    NOW.plusSeconds(i)));
        return new MessageRow(message, List.copyOf(all));
    }
}
