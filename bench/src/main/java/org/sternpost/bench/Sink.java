package org.sternpost.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.sternpost.lab.ca.Identity;

/// Mail hosts that take everything, count it and keep nothing.
///
/// Two threads, each with the listeners and connections of half of the hosts; no thread for a connection, no copy of
/// a message, because sink and server under test share the machine. With a delay all that a host sends leaves it so
/// much later, handshakes included, and its greeting twice as much (for the handshake of TCP): to the client it is a
/// round trip away, and commands that come in one packet cost it one round trip together.
final class Sink implements AutoCloseable {

    private static final int LOOPS = 2;
    private static final int BACKLOG = 1024;
    private static final int READ_OCTETS = 65_536;
    private static final int PORT_ATTEMPTS = 20;
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final SinkCounters counters = new SinkCounters();
    private final AtomicReference<Tally> tally = new AtomicReference<>(new Tally(0, 0));
    private final Map<Integer, Tally> rounds = new ConcurrentHashMap<>();
    private final List<Loop> loops = new ArrayList<>();
    private final long delayNanos;
    private final AtomicInteger withheld = new AtomicInteger();
    private volatile Slowness answering = Slowness.NONE;
    private int port;

    private Sink(long delayNanos) { this.delayNanos = delayNanos; }

    /// How long a host lets wait who sends it a message. All that comes before MAIL it answers at once.
    enum Slowness {
        /// Not at all.
        NONE,
        /// Until [#answer] is told so.
        SLOW,
        /// The same, later.
        SLOWER
    }

    /// @param tls its certificate
    record Host(SinkTls tls, Slowness slow) {}

    /// Listens at each address, at one port that is free at all of them.
    static Sink start(Map<InetAddress, Identity> hosts, int delayMillis) throws IOException {
        return start(hosts, _ -> Slowness.NONE, delayMillis);
    }

    /// The same, with hosts that are slow.
    static Sink start(Map<InetAddress, Identity> hosts, Function<InetAddress, Slowness> slow, int delayMillis)
            throws IOException {
        for (int attempt = 1;; attempt++) {
            var sink = new Sink(TimeUnit.MILLISECONDS.toNanos(delayMillis));
            try {
                sink.listen(hosts, slow);
                return sink;
            } catch (IOException taken) {
                sink.close();
                if (attempt == PORT_ATTEMPTS) throw taken;
            }
        }
    }

    int port() { return port; }

    SinkCounters counters() { return counters; }

    /// Messages of this round count from now on, and for as long as there is the sink: some come late.
    void countFor(Tally now) {
        rounds.put(now.round(), now);
        tally.set(now);
    }

    /// Where a message of this round counts; what is of no round at all is a stranger to the newest.
    Tally tally(int round) {
        Tally own = rounds.get(round);
        return own == null ? tally.get() : own;
    }

    long delayNanos() { return delayNanos; }

    /// Sessions whose client waits for the answer to a message.
    int withheld() { return withheld.get(); }

    void withheld(int more) { withheld.addAndGet(more); }

    boolean answers(Slowness host) { return host.compareTo(answering) <= 0; }

    /// From now on hosts answer that are no slower than this, also to who waits already.
    void answer(Slowness host) {
        answering = host;
        loops.forEach(Loop::wake);
    }

    @Override
    public void close() { loops.forEach(Loop::stop); }

    private void listen(Map<InetAddress, Identity> hosts, Function<InetAddress, Slowness> slow) throws IOException {
        for (int i = 0; i < LOOPS; i++)
            loops.add(new Loop());
        int next = 0;
        for (var host : hosts.entrySet()) {
            port = loops.get(next++ % LOOPS).listen(new InetSocketAddress(host.getKey(), port),
                    new Host(new SinkTls(host.getValue()), slow.apply(host.getKey())));
        }
        loops.forEach(Loop::begin);
    }

    /// One thread with what it serves.
    final class Loop implements Runnable {

        private final Selector selector;
        private final Buffers buffers = new Buffers(ByteBuffer.allocate(READ_OCTETS),
                ByteBuffer.allocate(READ_OCTETS), ByteBuffer.allocate(READ_OCTETS));
        private final PriorityQueue<Due> due = new PriorityQueue<>();
        private final Thread thread = Thread.ofPlatform().daemon().name("sink").unstarted(this);
        private volatile boolean stopping;
        private Slowness answered = Slowness.NONE;

        private record Due(long nanos, SinkSession session) implements Comparable<Due> {
            @Override
            public int compareTo(Due other) { return Long.compare(nanos - other.nanos, 0); }
        }

        /// Of the loop, for the session that it serves at the moment; empty between two of them.
        ///
        /// @param read  what came
        /// @param clear the same without TLS
        /// @param out   what is to be sent, in one write
        record Buffers(ByteBuffer read, ByteBuffer clear, ByteBuffer out) {}

        Buffers buffers() { return buffers; }

        Loop() throws IOException { selector = Selector.open(); }

        private int listen(InetSocketAddress address, Host host) throws IOException {
            var listener = ServerSocketChannel.open();
            try {
                listener.configureBlocking(false);
                listener.bind(address, BACKLOG);
                listener.register(selector, SelectionKey.OP_ACCEPT, host);
            } catch (IOException taken) {
                listener.close();
                throw taken;
            }
            return listener.socket().getLocalPort();
        }

        /// The session has something that may leave at this moment, and not before.
        void wakeAt(long nanos, SinkSession session) { due.add(new Due(nanos, session)); }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    selector.select(this::serve, untilNextDue());
                    if (answered != answering) answerAll();
                    while (!due.isEmpty() && due.element().nanos() - System.nanoTime() <= 0)
                        due.remove().session().flush();
                }
            } catch (IOException broken) {
                throw new IllegalStateException("the sink's selector failed", broken);
            } finally {
                closeAll();
            }
        }

        /// In milliseconds for the selector, for which 0 is for ever.
        private long untilNextDue() {
            if (due.isEmpty()) return 0;
            return Math.max(1, TimeUnit.NANOSECONDS.toMillis(due.element().nanos() - System.nanoTime()));
        }

        private void serve(SelectionKey key) {
            if (key.attachment() instanceof SinkSession session) session.ready();
            else if (key.attachment() instanceof Host host && key.channel() instanceof ServerSocketChannel listener)
                accept(listener, host);
        }

        private void accept(ServerSocketChannel listener, Host host) {
            try {
                for (SocketChannel channel; (channel = listener.accept()) != null;) {
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    var session = new SinkSession(Sink.this, this, host, channel,
                            channel.register(selector, SelectionKey.OP_READ));
                    counters.opened();
                    session.greet();
                }
            } catch (IOException gone) {
                return; // The client did not wait for us.
            }
        }

        private void answerAll() {
            answered = answering;
            for (SelectionKey key : selector.keys())
                if (key.attachment() instanceof SinkSession session) session.answer();
        }

        private void wake() { selector.wakeup(); }

        private void begin() { thread.start(); }

        private void stop() {
            stopping = true;
            if (!thread.isAlive()) {
                closeAll();
                return;
            }
            selector.wakeup();
            try {
                thread.join(STOP_MAX);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }

        private void closeAll() {
            if (!selector.isOpen()) return;
            try {
                for (var key : selector.keys())
                    key.channel().close();
                selector.close();
            } catch (IOException alreadyGone) {
                return;
            }
        }
    }
}
