package org.sternpost.engine.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Does the same for many, a few at once, so that one that is slow holds up none of the others.
public final class BoundedParallel {

    private BoundedParallel() {}

    /// Returns when all are done. Whoever is interrupted meanwhile begins no more and interrupts what is under way.
    ///
    /// @param name of the threads, for whoever reads a dump
    /// @param work must not throw; an exception ends its own thread alone
    public static <T> void each(Collection<T> all, int atOnce, String name, Consumer<T> work)
            throws InterruptedException {
        var places = new Semaphore(atOnce);
        var threads = new ArrayList<Thread>();
        try {
            for (T one : all) {
                places.acquire();
                threads.add(Thread.ofVirtual().name(name).start(() -> {
                    try {
                        work.accept(one);
                    } finally {
                        places.release();
                    }
                }));
            }
            for (Thread thread : threads)
                thread.join();
        } catch (InterruptedException stop) {
            threads.forEach(Thread::interrupt);
            throw stop;
        }
    }
}
