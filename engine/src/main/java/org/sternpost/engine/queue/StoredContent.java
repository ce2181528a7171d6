package org.sternpost.engine.queue;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.store.Segments.BodyDamagedException;
import org.sternpost.engine.store.Store;

/// A message's octets as the store has them. It remembers that they were found damaged, whoever read them and whatever
/// became of that.
final class StoredContent implements MessageContent {

    private final Store store;
    private final long number;
    private final long size;
    private volatile @Nullable String damage;

    StoredContent(Store store, long number, long size) {
        this.store = store;
        this.number = number;
        this.size = size;
    }

    @Override
    public long size() { return size; }

    @Override
    public Optional<String> damage() { return Optional.ofNullable(damage); }

    @Override
    public InputStream open() throws IOException {
        return new FilterInputStream(noted(() -> store.openBody(number))) {
            @Override
            public int read() throws IOException { return noted(() -> in.read()); }

            @Override
            public int read(byte[] octets, int offset, int length) throws IOException {
                return noted(() -> in.read(octets, offset, length));
            }
        };
    }

    private interface Reading<T> {
        T done() throws IOException;
    }

    private <T> T noted(Reading<T> reading) throws IOException {
        try {
            return reading.done();
        } catch (BodyDamagedException damaged) {
            damage = String.valueOf(damaged.getMessage());
            throw damaged;
        }
    }
}
