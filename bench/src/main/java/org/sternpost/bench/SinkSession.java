package org.sternpost.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One connection of a mail host: its octets in and out, in the clear and in TLS. What they say is [SinkDialogue]'s.
final class SinkSession {

    private static final byte[] GREETING = "220 sink.test ESMTP\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int RECORD_OCTETS = 16_709; // what SSLEngine asks room for
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int LEFT_OCTETS_MAX = 65_536;

    private final Sink sink;
    private final Sink.Loop loop;
    private final SinkTls tls;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final SinkDialogue dialogue;
    private final ArrayDeque<Out> outgoing = new ArrayDeque<>();
    private @Nullable SSLEngine engine;
    /// The beginning of a TLS record whose end has not come yet.
    private ByteBuffer left = NOTHING;
    private long handshakeMillis;
    private boolean handshaking;
    private boolean closing;
    /// What is said once the host answers; empty while it says everything at once.
    private final ByteArrayOutputStream withheld = new ByteArrayOutputStream(0);
    private final Sink.Slowness slow;

    private record Out(long dueNanos, ByteBuffer octets) {}

    SinkSession(Sink sink, Sink.Loop loop, Sink.Host host, SocketChannel channel, SelectionKey key) {
        this.sink = sink;
        this.loop = loop;
        this.tls = host.tls();
        this.slow = host.slow();
        this.channel = channel;
        this.key = key;
        dialogue = new SinkDialogue(sink, slow != Sink.Slowness.NONE);
        key.attach(this);
    }

    void greet() {
        try {
            send(ByteBuffer.wrap(GREETING), 2 * sink.delayNanos());
        } catch (IOException gone) {
            close();
        }
    }

    /// The channel can be read or written.
    void ready() {
        try {
            if (key.isValid() && key.isWritable()) flush();
            if (!key.isValid() || !key.isReadable()) return;
            var read = loop.buffers().read().clear();
            loop.buffers().out().clear();
            if (channel.read(read) < 0) {
                close();
                return;
            }
            read.flip();
            if (!closing) {
                if (engine == null) plain(read);
                else
                    secured(engine, read);
            }
            sendOut();
            if (closing && outgoing.isEmpty()) close();
        } catch (IOException gone) {
            close();
        }
    }

    private void plain(ByteBuffer read) throws IOException {
        dialogue.read(read);
        reply(null);
        if (!dialogue.startsTls()) return;
        // What was sent in the clear behind STARTTLS must not count as said in TLS (RFC 3207 §4.2).
        engine = tls.engine();
        handshakeMillis = CLOCK.millis();
        engine.beginHandshake();
        handshaking = true;
    }

    private void secured(SSLEngine engine, ByteBuffer read) throws IOException {
        ByteBuffer records = read;
        if (left.hasRemaining()) {
            if (left.remaining() > LEFT_OCTETS_MAX) throw new SSLException("a record without an end");
            records = ByteBuffer.allocate(left.remaining() + read.remaining()).put(left).put(read).flip();
        }
        var clear = loop.buffers().clear();
        try {
            while (true) {
                var result = engine.unwrap(records, clear.clear());
                progress(engine, result);
                if (clear.position() > 0) dialogue.read(clear.flip());
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) closing = true;
                if (result.getStatus() != SSLEngineResult.Status.OK) break;
                if (!records.hasRemaining() && result.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP_AGAIN)
                    break;
            }
        } catch (SSLException broken) {
            if (handshaking) sink.counters().failedHandshakes.increment();
            handshaking = false;
            wrapWhatIsDue(engine); // the alert
            closing = true;
            return;
        }
        left = records.hasRemaining() ? ByteBuffer.allocate(records.remaining()).put(records).flip() : NOTHING;
        reply(engine);
    }

    private void progress(SSLEngine engine, SSLEngineResult result) throws IOException {
        if (!handshaking && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) return;
        finished(engine, result.getHandshakeStatus());
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    for (Runnable task; (task = engine.getDelegatedTask()) != null;)
                        task.run();
                }
                case NEED_WRAP -> {
                    if (!wrapWhatIsDue(engine)) return;
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void finished(SSLEngine engine, HandshakeStatus status) {
        if (!handshaking || status != HandshakeStatus.FINISHED) return;
        handshaking = false;
        if (SinkTls.isFull(engine, handshakeMillis)) sink.counters().fullHandshakes.increment();
        else
            sink.counters().resumedHandshakes.increment();
        dialogue.secured();
    }

    /// Wraps what TLS itself has to say; false when it has nothing.
    private boolean wrapWhatIsDue(SSLEngine engine) throws IOException {
        return wrap(engine, NOTHING.duplicate()).bytesProduced() > 0;
    }

    private SSLEngineResult wrap(SSLEngine engine, ByteBuffer clear) throws IOException {
        var out = loop.buffers().out();
        if (out.remaining() < RECORD_OCTETS) sendOut();
        var result = engine.wrap(clear, out);
        finished(engine, result.getHandshakeStatus());
        return result;
    }

    /// What the dialogue has answered so far.
    private void reply(@Nullable SSLEngine engine) throws IOException {
        byte[] replies = dialogue.takeReplies();
        if (slow != Sink.Slowness.NONE && dialogue.mailed() && !sink.answers(slow)) {
            if (withheld.size() == 0 && replies.length > 0) sink.withheld(1);
            withheld.writeBytes(replies);
            sendOut();
            return;
        }
        say(engine, replies);
        dialogue.left();
    }

    /// The host begins to answer.
    void answer() {
        if (withheld.size() == 0 || !sink.answers(slow) || !channel.isOpen()) return;
        sink.withheld(-1);
        byte[] replies = withheld.toByteArray();
        withheld.reset();
        try {
            loop.buffers().out().clear();
            say(engine, replies);
            sendOut();
            dialogue.left();
        } catch (IOException gone) {
            close();
        }
    }

    private void say(@Nullable SSLEngine engine, byte[] replies) throws IOException {
        if (engine == null) {
            sendOut();
            send(ByteBuffer.wrap(replies), sink.delayNanos());
        } else {
            var clear = ByteBuffer.wrap(replies);
            while (clear.hasRemaining())
                if (wrap(engine, clear).getStatus() == SSLEngineResult.Status.CLOSED) {
                    closing = true; // It said QUIT and left: nobody hears the answer.
                    return;
                }
        }
        if (!dialogue.over() || closing) return;
        closing = true;
        if (engine != null) {
            engine.closeOutbound();
            wrapWhatIsDue(engine);
        }
    }

    /// Sends all that came of one look at the session: one write, one packet.
    private void sendOut() throws IOException {
        var out = loop.buffers().out().flip();
        if (out.hasRemaining()) send(out, sink.delayNanos());
        out.clear();
    }

    private void send(ByteBuffer octets, long delayNanos) throws IOException {
        if (delayNanos == 0 && outgoing.isEmpty()) channel.write(octets);
        if (!octets.hasRemaining()) return;
        long at = System.nanoTime() + delayNanos;
        outgoing.add(new Out(at, ByteBuffer.allocate(octets.remaining()).put(octets).flip()));
        if (delayNanos > 0) loop.wakeAt(at, this);
        else
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /// Writes what may leave by now.
    void flush() {
        try {
            while (!outgoing.isEmpty()) {
                var first = outgoing.element();
                if (sink.delayNanos() > 0 && first.dueNanos() - System.nanoTime() > 0) break;
                channel.write(first.octets());
                if (first.octets().hasRemaining()) break;
                outgoing.remove();
            }
            if (!key.isValid()) return;
            boolean stuck = !outgoing.isEmpty() && outgoing.element().octets().position() > 0;
            key.interestOps(stuck ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            if (closing && outgoing.isEmpty()) close();
        } catch (IOException gone) {
            close();
        }
    }

    private void close() {
        if (!channel.isOpen()) return;
        sink.counters().closed();
        if (withheld.size() > 0) sink.withheld(-1);
        withheld.reset();
        try {
            channel.close();
        } catch (IOException already) {
            return;
        }
    }
}
