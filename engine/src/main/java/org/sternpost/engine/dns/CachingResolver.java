package org.sternpost.engine.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.SingleFlight;
import org.sternpost.engine.time.Time;

/// Keeps answers as long as they say, least recently used out first; failures are never kept. What several ask at the
/// same time is asked once, and all of them get its answer, or its failure.
public final class CachingResolver implements Resolver {

    private static final int ANSWERS_MAX = 50_000;
    private static final Duration TTL_MAX = Duration.ofHours(1); // RFC 8767 §4 allows any cap; ours bounds mistakes
    private static final Duration PATIENCE = Duration.ofMinutes(5); // for one who asks too; no lookup takes so long

    private final Time time;
    private final Kind checked;
    private final Kind unchecked;
    private final Map<Domain, Instant> signed = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Domain, Instant> eldest) { return size() > ANSWERS_MAX; }
    };

    public CachingResolver(Lookup lookup, Time time) {
        this.time = time;
        this.checked = new Kind(lookup::checked);
        this.unchecked = new Kind(lookup::unchecked);
    }

    /// When the signatures of TLSA records end, as they were when these were last asked for; empty where unknown.
    public Optional<Instant> signedUntil(Domain tlsa) {
        synchronized (signed) {
            return Optional.ofNullable(signed.get(tlsa));
        }
    }

    private void noteSigned(Domain tlsa, Instant until) {
        synchronized (signed) {
            signed.put(tlsa, until);
        }
    }

    @Override
    public Answer ask(Question question) { return checked.answer(question).answer(); }

    @Override
    public Answer ask(Question question, ProofLog proof) { return checked.answer(question, proof); }

    @Override
    public Answer askUnchecked(Question question) { return unchecked.answer(question).answer(); }

    @Override
    public Answer askUnchecked(Question question, ProofLog proof) { return unchecked.answer(question, proof); }

    /// @param from when it was asked; if that is yet to come, the clock was set back, and nobody knows how old it is
    private record Kept(Answer answer, Instant from, Instant until) {
        boolean holds(Instant now) { return !now.isBefore(from) && now.isBefore(until); }
    }

    /// Answers that were checked, or those that were not.
    private final class Kind {

        private final Function<Question, Lookup.Reading> lookup;
        private final SingleFlight<Question, Kept> flights = new SingleFlight<>();
        private final Map<Question, Kept> kept = new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) { return size() > ANSWERS_MAX; }
        };

        Kind(Function<Question, Lookup.Reading> lookup) { this.lookup = lookup; }

        Answer answer(Question question, ProofLog proof) {
            Kept kept = answer(question);
            proof.holdsUntil(kept.until());
            return kept.answer();
        }

        Kept answer(Question question) {
            Optional<Kept> found = find(question);
            if (found.isPresent()) return found.get();
            try {
                return flights.of(question, () -> find(question), () -> asked(question), PATIENCE).value();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return none("interrupted");
            } catch (TimeoutException late) {
                return none("no answer within " + PATIENCE.toSeconds() + " s");
            }
        }

        private Optional<Kept> find(Question question) {
            synchronized (kept) {
                Kept found = kept.get(question);
                if (found == null || found.holds(time.instant())) return Optional.ofNullable(found);
                kept.remove(question);
                return Optional.empty();
            }
        }

        private Kept asked(Question question) {
            Lookup.Reading reading = lookup.apply(question);
            if (question.type() == RecordType.TLSA && reading.signedUntil().isPresent())
                noteSigned(question.name(), reading.signedUntil().get());
            // RFC 7672 §2.1.2: a failure is no proof of absence, so it is not remembered at all.
            if (reading.answer() instanceof Answer.Failed || !reading.ttl().isPositive())
                return new Kept(reading.answer(), Instant.MIN, Instant.MIN);
            Duration ttl = reading.ttl().compareTo(TTL_MAX) > 0 ? TTL_MAX : reading.ttl();
            Instant now = time.instant();
            var answer = new Kept(reading.answer(), now, now.plus(ttl));
            synchronized (kept) {
                kept.put(question, answer);
            }
            return answer;
        }

        private static Kept none(String why) {
            return new Kept(new Answer.Failed(Answer.Kind.Local, why), Instant.MIN, Instant.MIN);
        }
    }
}
