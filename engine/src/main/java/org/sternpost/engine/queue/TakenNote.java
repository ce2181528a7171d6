package org.sternpost.engine.queue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.sternpost.engine.mail.QueueId;

/// That a host took a message for one of its recipients, as it is noted before all else is written of it: a kill in
/// between sends nobody the same again.
///
/// @param position of the recipient in the message
record TakenNote(QueueId message, int position) {

    private static final byte VERSION = 1;
    private static final int OCTETS = Byte.BYTES + Long.BYTES + Integer.BYTES + Integer.BYTES;

    byte[] octets() {
        return ByteBuffer.allocate(OCTETS).put(VERSION).putLong(message.front()).putInt(message.back())
                .putInt(position).array();
    }

    /// Empty for what another version has noted.
    static Optional<TakenNote> read(byte[] note) {
        if (note.length != OCTETS || note[0] != VERSION) return Optional.empty();
        var octets = ByteBuffer.wrap(note, 1, OCTETS - 1);
        return Optional.of(new TakenNote(QueueId.of(octets.getLong(), octets.getInt()), octets.getInt()));
    }
}
