package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.store.Store;

/// The tables are asked about the queues that are shown, and about all only by who asks for the errors of all.
class QueueChoiceTest extends OperatedQueue {

    private static final @Nullable String NONE = null;

    private int searches;

    @BeforeEach
    void counted() throws Exception {
        for (String domain : List.of("a.example", "b.example", "b.example", "c.example"))
            mail("me@example.org", "u@" + domain);
        deferred(Claims.take(queue, new DestinationKey("Default", Domain.of("c.example"))).orElseThrow());
        var counting = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("search")) searches++;
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException refused) {
                        throw refused.getCause();
                    }
                });
        plans = new QueuePlans(new QueueAdmin(counting, queue, time), queue, new DsnWriter("relay.example",
                _ -> false, Doors.of(queue, EXPIRES, time).acceptance()::admit, time), connectors, time);
    }

    private int searched(@Nullable String filter, @Nullable String order, String... found) throws Exception {
        searches = 0;
        try (var look = plans.watch(new QueueWatchQuery(null, filter, order, 1, Duration.ZERO, 1), () -> "")) {
            var rows = look.toList();
            assertEquals(found.length, Optional.ofNullable(rows.getFirst().totals()).orElseThrow().found());
            assertEquals(List.of(found[0]), rows.stream().map(WatchedQueueView::nextHopDomain).toList());
        }
        int watched = searches;
        var query = new QueueQuery(filter, List.of(), List.of(), order);
        if (order != null || found.length == 1)
            assertEquals(List.of(found), plans.search(query).map(QueueView::nextHopDomain).toList());
        assertEquals(found.length, plans.search(query).count());
        return watched;
    }

    @Test
    void aLookAsksTheTablesAboutNoMoreQueuesThanItShows() throws Exception {
        int plain = searched(NONE, NONE, "b.example", "a.example", "c.example");
        assertEquals(plain, searched("MessageCount -ge 1", null, "b.example", "a.example", "c.example"));
        assertEquals(plain, searched(null, "-Identity", "c.example", "b.example", "a.example"));
        assertEquals(plain, searched("MessageCount -lt 2 -and -not (Status -eq 'Suspended')", "-NextHopDomain",
                "c.example", "a.example"));
    }

    @Test
    void whoeverAsksForErrorsIsAnsweredOfAll() throws Exception {
        int plain = searched(NONE, NONE, "b.example", "a.example", "c.example");
        for (String filter : List.of("LastError -like '4.4.1*'", "Status -eq 'Ready' -or RetryCount -gt 0",
                "-not (LastError -eq $null)"))
            assertEquals(plain + 2, searched(filter, "-LastError,Identity", filter.startsWith("Status")
                    ? new String[]{"c.example", "a.example", "b.example"}
                    : new String[]{"c.example"}), filter);
        assertEquals(plain + 2, searched(null, "-RetryCount,-Identity", "c.example", "b.example", "a.example"));
    }
}
