package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.filter.FilterJudge;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;

/// Lists of messages: what a filter and an order ask of the tables is what the records say.
class MessageListTest extends OperatedQueue {

    private static final DestinationKey A = new DestinationKey("Default", Domain.of("a.example"));
    private static final @Nullable String OLDEST_FIRST = null;
    private static final @Nullable String ALL = null;
    private static final @Nullable String EVERYWHERE = null;

    /// Whatever the tables are asked of a filter, the answer is that of the judge.
    @Test
    void tablesAndJudgeSayTheSame() throws Exception {
        for (int i = 0; i < 40; i++) {
            var to = List.of("u" + i + "@" + (i % 2 == 0 ? "a" : "b") + ".example", "Both@b.example");
            mail((i % 3 == 0 ? "Shop" : "me_%") + i % 4 + "@example.org",
                    to.subList(0, i % 5 == 0 ? 2 : 1).toArray(String[]::new));
        }
        for (int i = 0; i < 12; i++) {
            ClaimedDelivery taken = Claims.take(queue, A).orElseThrow();
            if (i % 2 == 0) deferred(taken);
        }
        apply(new MessageAct.Suspend(), "FromAddress -like 'shop1*' -or Identity -eq '" + plans.messages(3).get(2)
                .identity() + "'");
        var all = plans.messages(1_000);
        var tests = List.of("FromAddress -like 'shop*'", "FromAddress -notlike '*_%1*'", "Status -eq 'Suspended'",
                "Size -gt 90", "Recipients -like '*@a.example'", "Queue -eq 'Default/b.example'", "Subject -like '*1*'",
                "DateReceived -lt '" + all.get(20).dateReceived() + "'", "LastError -eq $null", "Status -eq 'Retry'",
                "Status -eq Ready",
                "Status -eq 'Active'", "Status -eq 'PendingSuspend'", "Status -ne 'Suspended'", "Status -like 'R*'",
                "Recipients -eq 'BOTH@b.example'", "Recipients -notlike 'both*'", "Recipients -ne 'u3@b.example'",
                "LastError -like '4.4.1*'", "LastError -like '*'", "LastError -eq '4.4.1 no'", "LastError -ne ''",
                "FromAddress -eq 'SHOP0@example.org'", "SourceIP -eq '192.0.2.1'", "Identity -ne '" + all.get(3)
                        .identity() + "'");
        assertEquals(Set.of("Active", "PendingSuspend", "Ready", "Retry", "Suspended"),
                all.stream().map(MessageView::status).collect(Collectors.toSet()));
        var random = new Random(11);
        for (int i = 0; i < 400; i++) {
            String filter = one(tests, random) + (random.nextBoolean() ? " -and " : " -or ") + one(tests, random)
                    + (random.nextBoolean() ? " -and " : " -or -not ") + "(" + one(tests, random) + " -or "
                    + one(tests, random) + ")";
            var judge = new FilterJudge<>(QueueFilters.MESSAGES, QueueFilters.read(filter, QueueFilters.MESSAGES),
                    time.instant());
            assertEquals(all.stream().filter(judge::holds).toList(),
                    plans.search(MessageQuery.where(filter, 1_000)).toList(), filter);
        }
    }

    private static String one(List<String> of, Random random) {
        return (random.nextInt(3) == 0 ? "-not " : "") + of.get(random.nextInt(of.size()));
    }

    /// Whether the keys decide alone or the record is wanted for it.
    @Test
    void anOrderIsThatOfAllAlsoWhereOnlyTheFirstAreWanted() throws Exception {
        var random = new Random(12);
        for (int i = 0; i < 60; i++)
            mail("x".repeat(random.nextInt(4)) + "me@example.org", "u@" + (i % 2 == 0 ? "a" : "b") + ".example");
        for (String order : List.of("Size,-DateReceived", "-ExpirationTime", "+SizeBytes,+DateReceived",
                "FromAddress,-DateReceived"))
            for (String filter : Arrays.asList(ALL, "Recipients -like '*@b.example'", "Status -eq 'Ready'",
                    "Size -gt 1 -and Status -eq 'Suspended'")) {
                var all = plans.search(new MessageQuery(EVERYWHERE, filter, order, 1_000)).toList();
                var by = QueueFilters.order(order, QueueFilters.MESSAGES);
                assertEquals(
                        plans.search(new MessageQuery(EVERYWHERE, filter, OLDEST_FIRST, 1_000)).sorted(by).toList(),
                        all);
                assertEquals(all.stream().limit(7).toList(),
                        plans.search(new MessageQuery(EVERYWHERE, filter, order, 7)).toList(), order + " " + filter);
            }
        var no = assertThrows(ManagementException.class,
                () -> plans.search(new MessageQuery(EVERYWHERE, ALL, "Size,Colour", 7)));
        assertTrue(String.valueOf(no.getMessage()).contains("Colour"), no.getMessage());
    }

    /// More than a page of them, most of which are not meant.
    @Test
    void aLongListIsHandedOnAsItIsFound() throws Exception {
        some(1_203);
        var found = plans.search(MessageQuery.where("Recipients -like '*@a.example'", 10_000)).iterator();
        long count = 0;
        for (String before = ""; found.hasNext(); count++) {
            String next = found.next().identity();
            assertTrue(before.compareTo(next) < 0, "oldest first, none twice");
            before = next;
        }
        assertEquals(602, count);
        assertEquals(List.of("u1202@a.example", "u1201@b.example"),
                plans.search(new MessageQuery(EVERYWHERE, "Size -gt 1",
                        "-DateReceived", 2)).map(view -> view.recipients().getFirst()).toList());
    }
}
