package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.queue.TraceFollow;

/// What an operator does to many messages at once: tables and memory agree after each act, and nobody is sent twice.
class MessageActsTest extends OperatedQueue {

    private static final DestinationKey A = new DestinationKey("Default", Domain.of("a.example"));
    private static final String TO_A = "Recipients -like '*@a.example'";

    private List<String> statuses() throws ManagementException {
        return plans.messages(100).stream().map(MessageView::status).toList();
    }

    /// What memory knows, beside what the tables have.
    private void agrees() throws IOException {
        for (var view : queue.destinations().views(time.instant()))
            assertEquals(count("SELECT count(*) FROM recipient WHERE state = 'Waiting' AND connector = '"
                    + view.destination().connector() + "' AND domain = '" + view.destination().domain() + "'"),
                    view.messages(), view.destination().toString());
        assertEquals(count("SELECT count(DISTINCT message) FROM recipient WHERE state IN ('Waiting', 'Suspended')"),
                queue.size());
        assertEquals(count("SELECT count(*) FROM body"), queue.size(), "contents are kept of what is owed alone");
    }

    private List<String> claimed(DestinationKey from) throws IOException {
        var all = new ArrayList<String>();
        for (var one = Claims.take(queue, from); one.isPresent(); one = Claims.take(queue, from)) {
            one.get().recipients().forEach(recipient -> all.add(recipient.address().toString()));
            queue.putBack(one.get());
            if (all.size() >= 1) break;
        }
        return all;
    }

    @Test
    void whatIsSuspendedIsNotSentAndDoesNotExpireAlsoAfterARestart() throws Exception {
        some(6);
        apply(new MessageAct.Suspend(), TO_A);
        agrees();
        assertEquals(List.of("Suspended", "Ready", "Suspended", "Ready", "Suspended", "Ready"), statuses());
        assertEquals(Optional.empty(), Claims.take(queue, A));
        time.advance(EXPIRES.multipliedBy(3));
        recover();
        agrees();
        assertEquals(Optional.empty(), Claims.take(queue, A), "long after its time");
        var view = plans.named("a.example").getFirst();
        assertEquals(List.of(3L, 3L), List.of(view.messageCount(), view.suspendedCount()), "and it is shown");
        apply(new MessageAct.Resume(), "Status -eq 'Suspended'");
        agrees();
        assertEquals(List.of("u0@a.example"), claimed(A));
        assertEquals(1, count("SELECT count(*) FROM audit WHERE operation = 'Suspend-Message'"));
        assertEquals(1, count("SELECT count(*) FROM audit WHERE operation = 'Resume-Message' AND path = "
                + "'3 messages, 3 recipients' AND target = 'Messages -Filter {Status -eq ''Suspended''}'"));
    }

    /// Claimed is claimed: the session goes on, and what it defers is held. Nobody is claimed a second time meanwhile.
    @Test
    void whatASessionHasIsHeldOnceItIsDeferred() throws Exception {
        String id = mail("me@example.org", "u@a.example");
        ClaimedDelivery taken = Claims.take(queue, A).orElseThrow();
        assertEquals(List.of("Active"), statuses());
        var plan = plans.change(new MessageAct.Suspend(), null, TO_A);
        assertEquals(List.of("1 message is being delivered now: what a session has goes on, and is held when it is "
                + "deferred"), plan.warnings());
        plan.commit().apply("ops");
        assertEquals(List.of("PendingSuspend"), statuses());
        deferred(taken);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of("Suspended"), statuses());
        assertEquals(Optional.empty(), Claims.take(queue, A));
        agrees();
        plans.change(new MessageAct.Resume(), id, null).commit().apply("ops");
        assertTrue(Claims.take(queue, A).isPresent());
        assertEquals(Optional.empty(), Claims.take(queue, A));
    }

    @Test
    void whatIsResumedWhileASessionHasItWaitsOnceAfterwards() throws Exception {
        mail("me@example.org", "u@a.example");
        ClaimedDelivery taken = Claims.take(queue, A).orElseThrow();
        apply(new MessageAct.Suspend(), TO_A);
        apply(new MessageAct.Resume(), TO_A);
        assertEquals(Optional.empty(), Claims.take(queue, A), "it would be sent twice");
        deferred(taken);
        agrees();
        time.advance(Duration.ofHours(1));
        assertTrue(Claims.take(queue, A).isPresent());
        assertEquals(Optional.empty(), Claims.take(queue, A));
    }

    @Test
    void whatIsRedirectedGoesOverTheOtherConnectorAndStaysThere() throws Exception {
        connectors.change(now -> now.add(Connectors.fresh("other", List.of(
                new DomainPattern.All()), time.instant())));
        some(5);
        ClaimedDelivery taken = Claims.take(queue, A).orElseThrow();
        apply(new MessageAct.Redirect("OTHER"), TO_A);
        String other = connectors.idOf("other");
        assertEquals(2, count("SELECT count(*) FROM recipient WHERE connector = '" + other + "' AND rule <> ''"));
        assertEquals(Optional.empty(), Claims.take(queue, A), "the others are gone from there");
        deferred(taken);
        agrees();
        var there = new DestinationKey(other, A.domain());
        assertEquals(List.of("u2@a.example"), claimed(there));
        recover();
        agrees();
        assertEquals(List.of(), queue.damaged(), "the checksums follow");
        assertEquals(List.of("u2@a.example"), claimed(there));
        var refused = assertThrows(ManagementException.class,
                () -> plans.change(new MessageAct.Redirect("othr"), null, TO_A));
        assertTrue(refused.hint().contains("did you mean 'other'?"), refused.hint());
    }

    @Test
    void whatIsRemovedIsToldOfInOneActOrNotAtAll() throws Exception {
        some(4);
        mail("me@example.org", "u@a.example", "u@b.example");
        apply(new MessageAct.Remove(false), "Recipients -eq 'u0@a.example' -or Recipients -eq 'u1@b.example'");
        agrees();
        assertEquals(3, plans.messages(100).size());
        apply(new MessageAct.Remove(true), TO_A);
        agrees();
        assertEquals(List.of("u3@b.example", "me@example.org", "me@example.org"), plans.messages(100).stream()
                .map(view -> view.recipients().getFirst()).toList(), "two notices wait");
        assertEquals(2, count("SELECT count(*) FROM audit"));
    }

    @Test
    void oneThatASessionHasIsNotRemovedByAFilter() throws Exception {
        some(3);
        ClaimedDelivery taken = Claims.take(queue, A).orElseThrow();
        apply(new MessageAct.Remove(false), TO_A);
        agrees2(taken);
        assertEquals(1, count("SELECT count(*) FROM audit WHERE path = '1 message, 1 recipient, 1 being delivered'"));
    }

    private void agrees2(ClaimedDelivery taken) throws IOException {
        deferred(taken);
        agrees();
        assertEquals(1, count("SELECT count(*) FROM recipient WHERE state = 'Waiting' AND domain = 'a.example'"));
    }

    /// And the operator who did it.
    @Test
    void whatWasDoneIsPartOfTheLifeOfAMessage() throws Exception {
        var id = new QueueId(mail("me@example.org", "u@a.example"));
        try (var follow = new QueueAdmin(store, queue, time).follow(TraceQuery.newest(10).withId(id.text()))) {
            apply(new MessageAct.Suspend(), "Status -eq 'Ready'");
            apply(new MessageAct.Resume(), "Status -eq 'Suspended'");
            apply(new MessageAct.Remove(false), "Status -eq 'Ready'");
            assertEquals(List.of("SUSPEND suspended by ops", "RESUME resumed by ops", "REMOVE removed by ops"),
                    new Trace(store).events(id).stream().skip(1).map(one -> one.kind() + " " + one.text()).toList());
            assertEquals("REMOVE", ((TraceFollow.Next.Row) follow.next()).row().last().kind().name());
        }
    }

    /// The disk, or the audit, takes nothing of it: then memory is as it was.
    @Test
    void anActThatFailsLeavesAllAsItWas() throws Exception {
        some(6);
        var acts = new QueueAdmin(store, queue, time).acts();
        var ids = new QueueAdmin(store, queue, time).ids(org.sternpost.engine.queue.MessageSelection.ALL, 100);
        assertThrows(IOException.class, () -> acts.suspend(ids, "ops", _ -> _ -> {
            throw new java.sql.SQLException("no room for the audit");
        }));
        assertThrows(IOException.class, () -> acts.remove(ids, "ops", Optional.empty(), _ -> _ -> {
            throw new java.sql.SQLException("no room for the audit");
        }));
        agrees();
        assertEquals(List.of("u0@a.example"), claimed(A));
    }

    @Test
    void nothingNamedIsNeverAll() throws Exception {
        some(2);
        for (String filter : List.of("", " ", "Stauts -eq 'Ready'", "FromAddress -eq 'nobody@example.org'"))
            assertThrows(ManagementException.class, () -> apply(new MessageAct.Remove(false), filter), filter);
        assertEquals(2, plans.messages(100).size());
    }

    @Test
    void queuesAreChosenByWhatTheyAre() throws Exception {
        some(5);
        plans.holdWhere("NextHopDomain -like 'b*'", true).commit().apply("ops");
        assertEquals(List.of("Default/b.example"), identities(QueueQuery.where("Status -eq 'Suspended'")));
        assertEquals(List.of("Default/a.example", "Default/b.example"), identities(new QueueQuery(null, List.of(
                QueueQuery.QueueKind.External), List.of(QueueQuery.QueueKind.Empty), "-MessageCount")));
        assertEquals(List.of(), identities(new QueueQuery(null, List.of(QueueQuery.QueueKind.Internal), List.of(),
                "Identity")));
        var digest = plans.digest(null, QueueQuery.DigestGroup.Status, true);
        assertEquals(List.of("Ready 3 [Default/a.example]", "Suspended 2 [Default/b.example]"), digest.stream()
                .map(one -> one.groupByValue() + " " + one.messageCount() + " " + one.details()).toList());
        var plan = plans.holdWhere("MessageCount -gt 0", true);
        assertEquals(1, plan.objects(), "one is so already");
        var wrong = assertThrows(ManagementException.class, () -> identities(new QueueQuery(null, List.of(), List.of(),
                "+MessageCuont")));
        assertEquals("did you mean MessageCount?", wrong.hint());
    }

    private List<String> identities(QueueQuery query) throws ManagementException {
        return plans.search(query).map(QueueView::identity).toList();
    }

    @Test
    void whatIsExportedIsWhatWasAcceptedAndIsReadByNobodyElse() throws Exception {
        String id = mail("me@example.org", "u@a.example");
        Path file = directory.resolve("one.eml");
        plans.export(id, null, file).commit().apply("ops");
        assertTrue(Files.readString(file).endsWith("Subject: Invoice to u@a.example\r\n\r\nx\r\n"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(1, count("SELECT count(*) FROM audit WHERE operation = 'Export-Message'"));
        for (Path bad : List.of(file, Path.of("one.eml")))
            assertThrows(ManagementException.class, () -> plans.export(id, null, bad));
        assertThrows(ManagementException.class, () -> plans.export(null, TO_A, directory.resolve("nowhere")));
        Path folder = Files.createDirectory(directory.resolve("mail"));
        plans.export(null, TO_A, folder).commit().apply("ops");
        assertTrue(Files.exists(folder.resolve(id + ".eml")));
        assertFalse(statuses().isEmpty(), "it goes on waiting");
    }
}
