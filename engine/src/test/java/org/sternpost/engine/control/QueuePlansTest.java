package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.time.Patience;

/// What an operator does to the queue, and what the audit keeps of it.
class QueuePlansTest extends OperatedQueue {

    private static final @Nullable String ANY = null;

    private String toThreeDomains() throws IOException {
        var recipients = Stream.of("u@a.example", "u@b.example", "u@c.example")
                .map(to -> new Recipient(Address.of(to), Set.of(), "")).toList();
        return Doors.of(queue, EXPIRES, time)
                .put("test",
                        new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")), recipients,
                                MailParameters.NONE),
                        "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII))
                .text();
    }

    private List<String> audited() throws IOException {
        return store.<List<String>>read(connection -> {
            var rows = new ArrayList<String>();
            try (var select = connection.prepareStatement("SELECT * FROM audit"); var row = select.executeQuery()) {
                while (row.next())
                    rows.add(row.getString("done_by") + " " + row.getString("operation") + " "
                            + row.getString("path").replace("\n", ","));
            }
            return rows;
        });
    }

    @Test
    void aSuspendedQueueSendsNothingUntilItIsResumedAlsoAfterARestart() throws Exception {
        Doors.of(queue, EXPIRES, time).put("test", new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                List.of(Recipient.of(Address.of("u@held.example"))), MailParameters.NONE),
                "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        var key = new org.sternpost.engine.queue.DestinationQueues.DestinationKey("Default", Domain.of("held.example"));
        var after = plans.suspend("Default/held.example").commit().apply("ops").getFirst();
        assertEquals("Suspended", after.status());
        assertEquals(Optional.empty(), Claims.take(queue, key));
        assertEquals(Optional.empty(), Claims.take(Queue.recover(store, time), key));
        assertEquals("Ready", plans.resume("held.example").commit().apply("ops").getFirst().status());
        assertEquals(true, Claims.take(Queue.recover(store, time), key).isPresent());
        assertEquals(true, Claims.take(queue, key).isPresent());
    }

    @Test
    void aQueueTellsHowFastMailComesAndGoes() throws Exception {
        for (int i = 0; i < 6; i++)
            toThreeDomains();
        QueueView grows = plans.named("a.example").getFirst();
        assertEquals(List.of(0.1, 0.0, -0.1), List.of(grows.incomingRate(), grows.outgoingRate(), grows.velocity()));
        assertEquals(3, plans.search(QueueQuery.where("Velocity -lt -0.05 -and IncomingRate -ge 0.1")).count());
        assertEquals(0, plans.search(QueueQuery.where("Velocity -lt -0.1 -or OutgoingRate -gt 0")).count());
        var digest = plans.digest(null, QueueQuery.DigestGroup.Status, false).getFirst();
        assertEquals(List.of(0.3, -0.3), List.of(digest.incomingRate(), digest.velocity()));
        plans.change(new MessageAct.Remove(false), null, "Size -gt 0").commit().apply("ops");
        assertEquals(List.of(), plans.all(), "empty");
        toThreeDomains();
        QueueView again = plans.named("a.example").getFirst();
        assertEquals(List.of(0.12, 0.1), List.of(again.incomingRate(), again.outgoingRate()),
                "what was before it was empty counts");
        time.advance(Duration.ofMinutes(2));
        assertEquals(0.0, plans.named("a.example").getFirst().velocity());
    }

    @Test
    void aWatchShowsTheLargestFirstWithTheTotalsOfAll() throws Exception {
        try (var none = plans.watch(QueueWatchQuery.once(9), () -> "")) {
            var row = none.toList().getFirst();
            assertEquals(List.of("", 0L), List.of(row.identity(), row.messageCount()),
                    "a look that finds none is told");
        }
        toThreeDomains();
        Doors.of(queue, EXPIRES, time).put("test", new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                List.of(Recipient.of(Address.of("v@c.example"))), MailParameters.NONE),
                "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        try (var looks = plans.watch(QueueWatchQuery.once(2), () -> "bad")) {
            var rows = looks.toList();
            assertEquals(List.of("Default/c.example", "Default/a.example"),
                    rows.stream().map(WatchedQueueView::identity).toList());
            var totals = Optional.ofNullable(rows.getFirst().totals()).orElseThrow();
            assertEquals(List.of(3, 3, 2, 4L, "bad"), List.of(totals.queues(), totals.found(), totals.shown(),
                    totals.messages(), totals.trouble()));
        }
        assertEquals(List.of(3, 2, 1), found(new QueueWatchQuery(null, "MessageCount -lt 2", null, 1, Duration.ZERO,
                1)));
        assertEquals(List.of(3, 1, 1), found(QueueWatchQuery.once(9).withIdentity("a.example")));
        assertEquals(ManagementException.Kind.NotFound, refused(() -> plans.watch(
                QueueWatchQuery.once(2).withIdentity("x.test"), () -> "")).kind());
    }

    /// How many there are, how many of them are as asked for, and how many of those are shown.
    private List<Integer> found(QueueWatchQuery wanted) throws ManagementException {
        try (var looks = plans.watch(wanted, () -> "")) {
            var totals = Optional.ofNullable(looks.toList().getFirst().totals()).orElseThrow();
            return List.of(totals.queues(), totals.found(), totals.shown());
        }
    }

    /// Between two looks the time passes that was asked for; mail that came meanwhile is in the next.
    @Test
    void aWatchLooksAgainAfterItsInterval() throws Exception {
        var wanted = new QueueWatchQuery(ANY, ANY, ANY, 9, Duration.ofSeconds(30), 3);
        var watch = plans.watch(wanted, () -> "").iterator();
        assertEquals("", watch.next().identity());
        toThreeDomains();
        var began = time.instant();
        var rest = CompletableFuture.supplyAsync(() -> {
            var rows = new ArrayList<WatchedQueueView>();
            watch.forEachRemaining(rows::add);
            return rows;
        });
        Patience.until("three looks are over", () -> {
            time.advance(Duration.ofSeconds(1));
            return rest.isDone();
        });
        var rows = rest.join();
        assertEquals(6, rows.size());
        assertTrue(!rows.getFirst().seen().isBefore(began.plusSeconds(30)), rows.toString());
        assertTrue(!rows.getLast().seen().isBefore(rows.getFirst().seen().plusSeconds(30)), rows.toString());
        assertEquals(List.of(2L, 3L), rows.stream().map(WatchedQueueView::totals).filter(Objects::nonNull)
                .map(totals -> totals.look()).toList());
    }

    @Test
    void aPlanTellsOnlyWhatWouldChange() throws Exception {
        toThreeDomains();
        assertEquals(List.of(), plans.resume("a.example").changes(), "it is not suspended");
        assertEquals(List.of(new Plan.Change("Default/a.example", "Ready", "Suspended")),
                plans.suspend("a.example").changes());
        plans.suspend("a.example").commit().apply("ops");
        assertEquals(List.of(), plans.suspend("a.example").changes());
        assertEquals(List.of(new Plan.Change("Default/a.example", "Suspended", "due now")),
                plans.resume("a.example").changes());
    }

    /// One reading of a queue's name, and one refusal, for all that name one.
    @Test
    void aQueueThatIsNotThereIsRefusedWithWhatThereIs() throws Exception {
        String whenThere = "a queue is there while mail waits in it or while it is suspended; Get-MessageTrace tells "
                + "what became of other mail";
        assertEquals("there is none; " + whenThere, refused(() -> plans.suspend("x.example")).hint());
        toThreeDomains();
        assertEquals(List.of("Default/a.example"), plans.named("A.example").stream().map(QueueView::identity).toList());
        for (Ask ask : List.<Ask>of(plans::named, plans::retry, plans::suspend, plans::resume)) {
            assertEquals("did you mean 'Default/b.example'?", refused(() -> ask.of("Defualt/b.example")).hint());
            var refused = refused(() -> ask.of("elsewhere.test"));
            assertEquals("there is no queue 'elsewhere.test'", refused.getMessage());
            assertEquals("there are: Default/a.example, Default/b.example, Default/c.example; " + whenThere,
                    refused.hint());
        }
    }

    private interface Ask {
        Object of(String identity) throws ManagementException;
    }

    private static ManagementException refused(org.junit.jupiter.api.function.Executable act) {
        var refused = assertThrows(ManagementException.class, act);
        assertEquals(ManagementException.Kind.NotFound, refused.kind());
        return refused;
    }

    @Test
    void oneActIsOneRowOfTheAudit() throws Exception {
        String id = toThreeDomains();
        plans.retry("*").commit().apply("alice");
        plans.removeMessage(id, true).commit().apply("alice");
        assertEquals(List.of("alice Retry-Queue Default/a.example,Default/b.example,Default/c.example",
                "alice Remove-Message u@a.example,u@b.example,u@c.example"), audited());
        assertTrue(plans.all().stream().allMatch(view -> view.nextHopDomain().equals("example.org")),
                "only the notice waits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"straße.example", "Default/STRAẞE.example", "default/xn--strae-oqa.example"})
    void aQueueIsNamedByItsDomainInAnySpelling(String identity) throws Exception {
        for (String domain : List.of("straße.example", "strasse.example"))
            Doors.of(queue, EXPIRES, time).put("test",
                    new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                            List.of(new Recipient(Address.of("u@" + domain), Set.of(), "")), MailParameters.NONE),
                    "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(List.of("Default/xn--strae-oqa.example"),
                plans.retry(identity).changes().stream().map(Plan.Change::path).toList());
        assertEquals(List.of("Default/xn--strae-oqa.example"),
                plans.named(identity).stream().map(QueueView::identity).toList());
    }

    @Test
    void mailWrittenHereIsAudited() throws Exception {
        var mail = new MailPlans(Doors.of(queue, EXPIRES, time).acceptance(), connectors, "relay.example", time);
        var draft = new MailDraft(Address.of("me@example.org"), List.of(Address.of("u@a.example")), "x", "x", Map.of(),
                false);
        mail.send(draft).commit().apply("alice");
        assertEquals(List.of("alice Send-MailMessage u@a.example"), audited());
    }

    @ParameterizedTest
    @ValueSource(strings = {"me@localhost", "me@mail_relay.example.org"})
    void aSenderThatHostsRefuseIsRefusedHere(String from) {
        var mail = new MailPlans(Doors.of(queue, EXPIRES, time).acceptance(), connectors, "relay.example", time);
        var refused = assertThrows(ManagementException.class, () -> mail.send(new MailDraft(Address.of(from),
                List.of(Address.of("u@a.example")), "x", "x", Map.of(), false)));
        assertTrue(refused.hint().contains("me@example.org"), refused.hint());
    }

    @Test
    void aQueueShowsItsOwnErrorAndNoOther() throws Exception {
        toThreeDomains();
        DestinationKey destination = new DestinationKey("Default", Domain.of("b.example"));
        var taken = Claims.take(queue, destination).orElseThrow();
        queue.settle(destination, new QueueUpdate(taken.message().id(), List.of(new QueueUpdate.Change(1,
                QueuedRecipient.State.Waiting, 3, time.instant().plusSeconds(60), TraceEvent.plain(1, time.instant(),
                        TraceEvent.Kind.DEFER, "Default", "4.4.1", "no answer"))),
                List.of(), List.of(), false));
        var errors = plans.all().stream().map(view -> view.nextHopDomain() + " " + view.retryCount() + " "
                + view.lastError()).sorted().toList();
        assertEquals(List.of("a.example 0 ", "b.example 3 4.4.1 no answer", "c.example 0 "), errors);
    }

    /// A target may be named by a stranger, or by an older version.
    @Test
    void whatCannotBeSeenIsWrittenOutInTheAudit() throws Exception {
        store.write(Audit.entry(time.instant(), "alice", "x", "to\u202eo",
                List.of(new Plan.Change("a\u009b", "b\nc", "d\u200b"))));
        assertEquals("to\\u202eo a\\x9b b\\nc d\\u200b", store.<String>read(connection -> {
            try (var row = connection.createStatement().executeQuery("SELECT target || ' ' || path || ' ' || "
                    + "before_value || ' ' || after_value FROM audit")) {
                return row.next() ? row.getString(1) : "";
            }
        }));
    }

    @Test
    void theAuditForgetsWhatIsOlderThanItsRetention() throws Exception {
        for (int i = 0; i < 2_500; i++)
            store.write(Audit.entry(time.instant().plusSeconds(i / 2), "alice", "old", "x", List.of()));
        store.write(Audit.entry(time.instant().plus(Duration.ofDays(1)), "alice", "new", "x", List.of()));
        Audit.prune(store, time.instant());
        assertEquals(2_501, audited().size());
        Audit.prune(store, time.instant().plus(Duration.ofHours(12)));
        assertEquals(List.of("alice new "), audited());
        Audit.prune(store, time.instant().plus(Duration.ofHours(12)));
        assertEquals(1, audited().size());
    }
}
