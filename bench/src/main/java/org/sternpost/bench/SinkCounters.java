package org.sternpost.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What the mail hosts of a [Sink] have seen together.
final class SinkCounters {

    final LongAdder connections = new LongAdder();
    final LongAdder fullHandshakes = new LongAdder();
    final LongAdder resumedHandshakes = new LongAdder();
    final LongAdder failedHandshakes = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder plainMessages = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();

    void opened() {
        connections.increment();
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    }

    void closed() { open.decrementAndGet(); }

    /// Most open connections are those from now on.
    void restartMostOpen() { mostOpen.set(open.get()); }

    Seen now() {
        return new Seen(connections.sum(), mostOpen.get(), fullHandshakes.sum(), resumedHandshakes.sum(),
                failedHandshakes.sum(), plainMessages.sum());
    }

    /// @param mostOpen most connections at one time, since [#restartMostOpen]
    /// @param plain    messages that came without TLS
    record Seen(long connections, long mostOpen, long full, long resumed, long failed, long plain) {}
}
