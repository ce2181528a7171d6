package org.sternpost.cmdlets.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One connection as JSON lines in both directions.
///
/// Reading belongs to one thread. Writing is done by a thread of its own that nobody interrupts, because an interrupt
/// during channel I/O closes the channel; senders wait while the peer is slow.
final class JsonConnection implements AutoCloseable {

    private static final int LINE_OCTETS_MAX = Json.TEXT_MAX;
    private static final int WAITING_MAX = 64; // frames; a slow reader holds back the query that feeds it
    private static final int BUFFER_OCTETS = 16 * 1024;
    private static final int LOOK_MILLIS = 250; // how often a waiting sender looks whether anyone still reads
    private static final int LAST_MILLIS = 2_000; // for a peer to take its last frame
    private static final byte[] LAST = {};

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER_OCTETS).flip();
    private final BlockingQueue<byte[]> output = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread writer;
    private volatile boolean closed;

    /// The peer said what no frame is; the connection cannot go on.
    static final class BadFrameException extends IOException {
        private static final long serialVersionUID = 1L;

        BadFrameException(String message) { super(message); }
    }

    /// @param threads makes the one that writes
    JsonConnection(SocketChannel channel, Thread.Builder threads) {
        this.channel = channel;
        this.writer = threads.name("wire-writer").start(this::write);
    }

    /// The next frame.
    ///
    /// @throws EOFException if the peer has closed
    Map<String, @Nullable Object> read() throws IOException {
        byte[] line = line();
        try {
            return Json.readObject(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
        } catch (CharacterCodingException bad) {
            throw new BadFrameException("a frame is no UTF-8");
        } catch (IllegalArgumentException bad) {
            throw new BadFrameException("a frame is no JSON object: " + bad.getMessage());
        }
    }

    /// Queues a frame; waits while the peer is slow.
    void send(Map<String, ? extends @Nullable Object> frame) throws IOException, InterruptedException {
        byte[] line = (Json.write(frame) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > LINE_OCTETS_MAX) throw new IllegalArgumentException("a frame has more than 8 MiB");
        do {
            if (closed) throw new EOFException("the connection is closed");
        } while (!output.offer(line, LOOK_MILLIS, TimeUnit.MILLISECONDS));
    }

    /// Says one last thing, lets it go out and closes.
    void finish(Map<String, ? extends @Nullable Object> frame) throws IOException, InterruptedException {
        send(frame);
        if (output.offer(LAST, LAST_MILLIS, TimeUnit.MILLISECONDS)) writer.join(LAST_MILLIS);
        close();
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to lose.
        }
    }

    private byte[] line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (!input.hasRemaining()) fill();
            byte next = input.get();
            if (next == '\n') return line.toByteArray();
            if (line.size() >= LINE_OCTETS_MAX) throw new BadFrameException("a frame has more than 8 MiB");
            line.write(next);
        }
    }

    private void fill() throws IOException {
        input.clear();
        int read = channel.read(input);
        input.flip();
        if (read < 0) throw new EOFException("the connection was closed");
    }

    private void write() {
        try {
            for (byte[] line = output.take(); line != LAST; line = output.take()) {
                var left = ByteBuffer.wrap(line);
                while (left.hasRemaining())
                    channel.write(left);
            }
        } catch (IOException | InterruptedException gone) {
            close();
        }
    }
}
