package org.sternpost.engine.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.time.Time;

/// How fast anybody may guess: after some failures one attempt a second, then one in two, in four, up to five minutes.
///
/// Counted by client, and by the name that is tried, whether or not anybody has it. An attempt before its time is
/// answered at once and not looked at: nobody's thread waits, and it is not told whether it would have been right. A
/// client that has proven a name is not held up by what others try on that name.
final class FailurePace {

    private static final int CLIENT_FREE = 5;
    private static final int NAME_FREE = 10;
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int DOUBLINGS_MAX = 9; // 512 s is past the longest
    private static final Duration FORGOTTEN = Duration.ofHours(1);
    private static final int REMEMBERED_MAX = 20_000; // of each kind; the one that was seen last longest ago goes

    private final Time time;
    private final Map<String, Tally> clients = recent();
    private final Map<String, Tally> names = recent();
    private final Map<String, Boolean> proven = recent();

    private record Tally(int failures, Instant last) {}

    FailurePace(Time time) { this.time = time; }

    private static <V> Map<String, V> recent() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) { return size() > REMEMBERED_MAX; }
        };
    }

    /// Empty if an attempt may be looked at now; then the next one of the same must wait from now on.
    synchronized Optional<Duration> pause(String client, String name) {
        // docs/transport-security.md#intake-guessing: slower with each failure, and never a thread that waits.
        Instant now = time.steady();
        Duration byClient = left(clients, client, CLIENT_FREE, now);
        Duration byName = proven.containsKey(both(client, name))
                ? Duration.ZERO
                : left(names, name, NAME_FREE, now);
        Duration longer = byClient.compareTo(byName) > 0 ? byClient : byName;
        if (longer.isPositive()) return Optional.of(longer);
        // Those that come beside it must not all find the same moment free.
        clients.computeIfPresent(client, (_, tally) -> new Tally(tally.failures(), now));
        names.computeIfPresent(name, (_, tally) -> new Tally(tally.failures(), now));
        return Optional.empty();
    }

    /// @return failures of this client since it was last forgotten
    synchronized int failed(String client, String name) {
        Instant now = time.steady();
        names.merge(name, new Tally(1, now), (old, _) -> new Tally(old.failures() + 1, now));
        return clients.merge(client, new Tally(1, now), (old, _) -> new Tally(old.failures() + 1, now)).failures();
    }

    synchronized void proven(String client, String name) {
        clients.remove(client);
        proven.put(both(client, name), true);
    }

    private static Duration left(Map<String, Tally> tallies, String key, int free, Instant now) {
        Tally tally = tallies.get(key);
        if (tally == null) return Duration.ZERO;
        if (tally.last().plus(FORGOTTEN).isBefore(now)) {
            tallies.remove(key);
            return Duration.ZERO;
        }
        if (tally.failures() < free) return Duration.ZERO;
        Duration step = FIRST.multipliedBy(1L << Math.min(DOUBLINGS_MAX, tally.failures() - free));
        Duration left = Duration.between(now, tally.last().plus(step.compareTo(LONGEST) < 0 ? step : LONGEST));
        return left.isPositive() ? left : Duration.ZERO;
    }

    private static String both(String client, String name) { return client + " " + name; }
}
