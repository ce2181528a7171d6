package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// What the proof of one question may cost, and what went wrong on its way.
///
/// The validator runs its steps on this executor and hands it on with each query for a key, so that all queries of one
/// question are known as such.
final class Work implements Executor {

    static final int QUERIES_MAX = 100; // a chain through ten zones takes about forty

    private final AtomicInteger left = new AtomicInteger(QUERIES_MAX);
    private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
    private final AtomicReference<String> remark = new AtomicReference<>("");
    private volatile boolean over;

    /// Counts one query.
    ///
    /// @throws IOException if the question has had its share
    void spend() throws IOException {
        if (over) throw new IOException("the question is over");
        if (left.decrementAndGet() < 0) {
            fail("its proof takes more than " + QUERIES_MAX + " queries");
            throw new IOException("too many queries");
        }
    }

    /// Notes a query without an answer that can be used; the first counts.
    void fail(String why) { trouble.compareAndSet(Optional.empty(), Optional.of(why)); }

    /// Why not everything could be looked at, if so.
    Optional<String> trouble() { return trouble.get(); }

    /// Notes what may explain a failed proof; the first counts.
    void remark(String text) { remark.compareAndSet("", text); }

    /// ` (EDE 7 SIGNATURE_EXPIRED: ...)` or the empty text.
    String remarks() { return remark.get().isEmpty() ? "" : " (" + remark.get() + ")"; }

    /// From now on every further query fails: nobody waits any more.
    void end() { over = true; }

    @Override
    public void execute(Runnable step) { Thread.ofVirtual().name("dnssec").start(step); }
}
