package org.sternpost.cmdlets.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the engine has said to one request and nobody has taken yet; a slow taker holds back the reader.
final class ResponseQueue {

    private static final int WAITING_MAX = 256; // frames

    private final Deque<Map<String, @Nullable Object>> frames = new ArrayDeque<>();
    private boolean left;
    private boolean lost;

    synchronized void put(Map<String, @Nullable Object> frame) throws InterruptedException {
        while (frames.size() >= WAITING_MAX && !left)
            wait();
        if (!left) frames.add(frame);
        notifyAll();
    }

    /// The next frame.
    ///
    /// @throws IOException if the connection was lost before it came
    synchronized Map<String, @Nullable Object> take() throws IOException, InterruptedException {
        while (frames.isEmpty() && !lost)
            wait();
        Map<String, @Nullable Object> next = frames.poll();
        if (next == null) throw new IOException("the connection to the engine was lost");
        notifyAll();
        return next;
    }

    /// Nobody takes any more.
    synchronized void leave() {
        left = true;
        frames.clear();
        notifyAll();
    }

    /// Nothing comes any more.
    synchronized void lose() {
        lost = true;
        notifyAll();
    }
}
