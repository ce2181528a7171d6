package org.sternpost.engine.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

class CachingResolverTest {

    private static final Question QUESTION = new Question(Domain.of("example.org"), RecordType.MX);

    private final SimTime time = new SimTime();
    private Lookup.Reading reading = new Lookup.Reading(new Answer.NoData(Status.Secure, QUESTION.name()),
            Duration.ofSeconds(30));
    private final AtomicInteger asked = new AtomicInteger();
    private final CachingResolver resolver = new CachingResolver(new Lookup() {
        @Override
        public Reading checked(Question question) {
            asked.incrementAndGet();
            return reading;
        }

        @Override
        public Reading unchecked(Question question) { return checked(question); }
    }, time);

    private int askedAfter(Duration span) {
        time.advance(span);
        resolver.ask(QUESTION);
        return asked.get();
    }

    @Test
    void anAnswerIsKeptAsLongAsItSays() {
        assertEquals(1, askedAfter(Duration.ZERO));
        assertEquals(1, askedAfter(Duration.ofSeconds(29)));
        assertEquals(2, askedAfter(Duration.ofSeconds(1)));
    }

    @Test
    void noAnswerIsKeptLongerThanAnHour() {
        reading = new Lookup.Reading(reading.answer(), Duration.ofDays(7));
        assertEquals(1, askedAfter(Duration.ZERO));
        assertEquals(2, askedAfter(Duration.ofHours(1)));
    }

    /// Set back by a day, it would keep records for a day that their zone has changed since.
    @Test
    void noAnswerOutlivesAClockThatIsSetBack() {
        assertEquals(1, askedAfter(Duration.ZERO));
        time.set(time.instant().minus(Duration.ofDays(1)));
        assertEquals(2, askedAfter(Duration.ZERO));
        assertEquals(2, askedAfter(Duration.ofSeconds(29)));
        assertEquals(3, askedAfter(Duration.ofSeconds(1)));
    }

    @Test
    void failuresAreNeverKept() {
        for (Answer.Kind kind : Answer.Kind.values()) {
            reading = new Lookup.Reading(new Answer.Failed(kind, "x"), Duration.ofHours(1));
            int before = asked.get();
            assertEquals(before + 1, askedAfter(Duration.ZERO));
            assertEquals(before + 2, askedAfter(Duration.ZERO));
        }
    }

    @Test
    void checkedAndUncheckedAnswersAreKeptApart() {
        resolver.askUnchecked(QUESTION);
        assertEquals(2, askedAfter(Duration.ZERO));
    }

    /// RFC 2308 §5: that there is nothing is kept as long as the zone says, for a name that does not exist as well.
    @Test
    void negativeAnswersAreKeptAsAnswersAre() {
        for (Answer none : List.of(new Answer.NoData(Status.Insecure, QUESTION.name()),
                new Answer.NoSuchName(Status.Secure, QUESTION.name()))) {
            time.advance(Duration.ofHours(2));
            reading = new Lookup.Reading(none, Duration.ofSeconds(30));
            int before = asked.get();
            assertEquals(before + 1, askedAfter(Duration.ZERO));
            assertEquals(before + 1, askedAfter(Duration.ofSeconds(29)));
            assertEquals(before + 2, askedAfter(Duration.ofSeconds(1)));
        }
    }

    /// Asked by several at once; the lookup ends when the others wait.
    private List<Answer> together(int others, Function<Thread, Answer> lookup) throws Exception {
        var begun = new CountDownLatch(1);
        var waiting = new CountDownLatch(1);
        var merging = new CachingResolver(new Lookup() {
            @Override
            public Reading checked(Question question) {
                asked.incrementAndGet();
                begun.countDown();
                await(waiting);
                Answer answer = lookup.apply(Thread.currentThread());
                return new Reading(answer, answer instanceof Answer.Failed ? Duration.ZERO : Duration.ofSeconds(30));
            }

            @Override
            public Reading unchecked(Question question) { return checked(question); }
        }, time);
        var tasks = new ArrayList<FutureTask<Answer>>();
        for (int i = 0; i <= others; i++) {
            var task = new FutureTask<>(() -> merging.ask(QUESTION));
            Thread thread = Thread.ofPlatform().start(task);
            tasks.add(task);
            if (i == 0) begun.await();
            else
                Patience.untilItWaits(thread, Thread.State.TIMED_WAITING);
        }
        waiting.countDown();
        var answers = new ArrayList<Answer>();
        for (var task : tasks)
            answers.add(task.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return answers;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatSeveralAskAtOnceIsAskedOnce() throws Exception {
        var answers = together(6, _ -> reading.answer());
        assertEquals(1, asked.get());
        answers.forEach(answer -> assertSame(reading.answer(), answer));
    }

    @Test
    void aFailureIsThatOfAllWhoAskedWithIt() throws Exception {
        var failed = new Answer.Failed(Answer.Kind.ServFail, "x");
        var answers = together(6, _ -> failed);
        assertEquals(1, asked.get());
        answers.forEach(answer -> assertSame(failed, answer));
    }

    @Test
    void whoIsStoppedLeavesTheOthersTheirAnswer() throws Exception {
        var first = new AtomicBoolean(true);
        var stopped = new Answer.Failed(Answer.Kind.Local, "interrupted");
        var answers = together(6, asker -> {
            if (!first.getAndSet(false)) return reading.answer();
            asker.interrupt();
            return stopped;
        });
        assertEquals(2, asked.get());
        assertSame(stopped, answers.getFirst());
        answers.subList(1, 7).forEach(answer -> assertSame(reading.answer(), answer));
    }
}
