package org.sternpost.engine.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;

class CachingResolverTest {

    private static final Question QUESTION = new Question(Domain.of("example.org"), RecordType.MX);

    private final SimTime time = new SimTime();
    private Lookup.Reading reading = new Lookup.Reading(new Answer.NoData(Status.Secure, QUESTION.name()),
            Duration.ofSeconds(30));
    private int asked;
    private final CachingResolver resolver = new CachingResolver(new Lookup() {
        @Override
        public Reading checked(Question question) {
            asked++;
            return reading;
        }

        @Override
        public Reading unchecked(Question question) { return checked(question); }
    }, time);

    private int askedAfter(Duration span) {
        time.advance(span);
        resolver.ask(QUESTION);
        return asked;
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

    @Test
    void failuresAreNeverKept() {
        for (Answer.Kind kind : Answer.Kind.values()) {
            reading = new Lookup.Reading(new Answer.Failed(kind, "x"), Duration.ofHours(1));
            int before = asked;
            assertEquals(before + 1, askedAfter(Duration.ZERO));
            assertEquals(before + 2, askedAfter(Duration.ZERO));
        }
    }

    @Test
    void checkedAndUncheckedAnswersAreKeptApart() {
        resolver.askUnchecked(QUESTION);
        assertEquals(2, askedAfter(Duration.ZERO));
    }
}
