package org.sternpost.engine.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.time.Time;

/// Keeps answers as long as they say, least recently used out first; failures are never kept.
public final class CachingResolver implements Resolver {

    private static final int ANSWERS_MAX = 50_000;
    private static final Duration TTL_MAX = Duration.ofHours(1); // RFC 8767 §4 allows any cap; ours bounds mistakes

    private final Lookup lookup;
    private final Time time;
    private final Map<Question, Kept> checked = new Bounded();
    private final Map<Question, Kept> unchecked = new Bounded();

    private record Kept(Answer answer, Instant until) {}

    private static final class Bounded extends LinkedHashMap<Question, Kept> {
        private static final long serialVersionUID = 1;

        Bounded() { super(256, 0.75f, true); }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) { return size() > ANSWERS_MAX; }
    }

    public CachingResolver(Lookup lookup, Time time) {
        this.lookup = lookup;
        this.time = time;
    }

    @Override
    public Answer ask(Question question) {
        Kept kept = find(checked, question);
        return kept != null ? kept.answer() : keep(checked, question, lookup.checked(question));
    }

    @Override
    public Answer askUnchecked(Question question) {
        Kept kept = find(unchecked, question);
        return kept != null ? kept.answer() : keep(unchecked, question, lookup.unchecked(question));
    }

    private @org.jspecify.annotations.Nullable Kept find(Map<Question, Kept> cache, Question question) {
        synchronized (cache) {
            Kept kept = cache.get(question);
            if (kept == null || time.instant().isBefore(kept.until())) return kept;
            cache.remove(question);
            return null;
        }
    }

    private Answer keep(Map<Question, Kept> cache, Question question, Lookup.Reading reading) {
        // RFC 7672 §2.1.2: a failure is no proof of absence, so it is not remembered at all.
        if (reading.answer() instanceof Answer.Failed || !reading.ttl().isPositive()) return reading.answer();
        Duration ttl = reading.ttl().compareTo(TTL_MAX) > 0 ? TTL_MAX : reading.ttl();
        synchronized (cache) {
            cache.put(question, new Kept(reading.answer(), time.instant().plus(ttl)));
        }
        return reading.answer();
    }
}
