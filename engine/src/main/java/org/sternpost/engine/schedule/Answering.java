package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import org.sternpost.engine.queue.LaneKey;

/// Which destinations took mail lately, also those that have none waiting now.
final class Answering {

    private static final int LANES_MAX = 20_000; // the latest are remembered
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final InstantSource time;
    private final LinkedHashMap<LaneKey, Instant> lanes = new LinkedHashMap<>();

    Answering(InstantSource time) { this.time = time; }

    synchronized void answered(LaneKey lane) {
        lanes.remove(lane);
        if (lanes.size() >= LANES_MAX) lanes.pollFirstEntry();
        lanes.put(lane, time.instant());
    }

    synchronized void silent(LaneKey lane) { lanes.remove(lane); }

    synchronized boolean knows(LaneKey lane) {
        Instant at = lanes.get(lane);
        return at != null && time.instant().isBefore(at.plus(REMEMBERED));
    }
}
