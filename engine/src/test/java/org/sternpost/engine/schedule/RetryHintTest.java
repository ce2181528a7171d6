package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.smtp.Reply;

/// What a host's words say about when it wants mail again.
class RetryHintTest {

    private static final Duration SCHEDULED = Duration.ofMinutes(15);

    /// Nothing (`-`), or the span.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            450 | 4.2.0 <b@x.example>: Recipient address rejected: Greylisted, see http://h.example/x.html | PT6M
            450 | 4.7.1 Greylisting in action, please come back later                     | PT6M
            451 | 4.7.1 Greylisted, please try again in 300 seconds                       | PT5M
            450 | 4.2.0 Graylisted for 5 minutes, retry later                             | PT5M
            451 | 4.7.1 Please try again in 15min                                         | PT15M
            421 | 4.7.0 Too many connections, wait 1 hour and retry                       | PT1H
            451 | please retry in 5-minutes                                               | PT5M
            451 | 4.7.1 try again in 0 seconds                                            | PT1M
            451 | 4.7.1 try again in 59 seconds                                           | PT1M
            451 | 4.7.1 try again in 61 seconds                                           | PT1M1S
            451 | 4.7.1 try again in 61 minutes                                           | PT1H
            451 | 4.7.1 try again in 999999 hours                                         | PT1H
            451 | 4.7.1 try again in 9999999 seconds                                      | -
            450 | 4.2.1 mailbox busy, try again                                           | -
            452 | 4.3.1 300 seconds of silence on our disk                                | -
            450 | 4.7.1 192.0.2.5 hours of trouble, try again                             | -
            450 | 4.7.1 retry, x86 s                                                      | -
            550 | 5.7.1 greylisted, try again in 300 seconds                              | -
            """)
    void aSpanOrAWordOfGreylistingIsAWish(int code, String text, String span) {
        assertEquals(span.equals("-") ? Optional.empty() : Optional.of(Duration.parse(span)),
                RetryHint.of(new Reply(code, List.of(text)), 1, SCHEDULED));
    }

    /// A word of greylisting makes nobody wait longer than the schedule; a span that the host names does.
    @Test
    void whoIsCalledSoonerAnywayIsNotHeldBackByAWord() {
        var soon = Duration.ofMinutes(2);
        assertEquals(Optional.empty(), RetryHint.of(new Reply(450, List.of("4.7.1 greylisted")), 1, soon));
        assertEquals(Optional.of(Duration.ofMinutes(5)),
                RetryHint.of(new Reply(450, List.of("4.7.1 greylisted, retry in 5 minutes")), 1, soon));
    }

    @Test
    void whatAHostSaysAgainAndAgainIsNotFollowed() {
        var reply = new Reply(450, List.of("4.7.1 greylisted"));
        assertEquals(Optional.of(RetryHint.GREYLISTED), RetryHint.of(reply, 3, SCHEDULED));
        assertEquals(Optional.empty(), RetryHint.of(reply, 4, SCHEDULED));
    }
}
