package org.sternpost.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.flow.TlsInventory.Column;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason;

/// What is added to the sums of a day, and what is read from them.
class FlowsTest {

    @TempDir
    Path directory;
    private SqliteDatabase store;
    private Flows flows;
    private final SimTime time = new SimTime(Instant.parse("2026-11-27T10:00:00Z"), 1);
    private final FlowWorld world = new FlowWorld();

    @BeforeEach
    void open() throws Exception {
        store = SqliteDatabase.open(directory, Flows.SCHEMA);
        flows = new Flows(store, name -> name.ascii().equals("mx.ends.example")
                ? Optional.of(Instant.parse("2026-12-01T00:00:00Z"))
                : Optional.empty(), time);
    }

    @AfterEach
    void close() throws Exception { store.close(); }

    /// A message that is deferred, tried again and delivered is one; what its domain publishes counts once.
    @Test
    void eachMessageCountsOnce() throws Exception {
        settle(0, FlowWorld.deferred(), world.secured("dane.example", "mx.dane.example", true));
        time.advance(Duration.ofHours(1));
        settle(1, FlowWorld.delivered(), world.secured("dane.example", "mx.dane.example", true));
        var flow = flow("dane.example");
        assertEquals(List.of(1L, 1_000L, 1L, 1L, 0L, 0L), List.of(flow.sums().messages(), flow.sums().octets(),
                flow.sums().tls(), flow.sums().tls13(), flow.sums().tls12(), flow.sums().pq()));
        assertEquals(new FlowCount.Published(1, 1, 1, 0, 1, 0), flow.sums().published());
        assertEquals(time.instant(), flow.last());
        assertEquals(List.of(new Flows.Sender("shop.example", 1)), flow.senders());
    }

    /// What `Disabled` does not look for is not known, and no share of anything.
    @Test
    void whatNobodyLookedForIsNotCounted() throws Exception {
        world.mode = TlsValidation.Disabled;
        settle(0, FlowWorld.delivered(), world.secured("quiet.example", "mx.quiet.example", false));
        var flow = flow("quiet.example");
        assertEquals(1, flow.sums().messages());
        assertEquals(FlowCount.Published.NOTHING, flow.sums().published());
    }

    /// A host's verdict is known at the first call, also where it greylists; whether it proves makes no difference.
    @Test
    void whoIsToldToComeAgainIsJudged() throws Exception {
        for (Outcome outcome : List.of(FlowWorld.deferred(), FlowWorld.delivered()))
            settle(0, outcome, world.unproven("grey.example", "mx.grey.example"));
        assertEquals(new FlowCount.Published(2, 2, 2, 0, 0, 0), flow("grey.example").sums().published());
    }

    /// That somebody's notice passes is no evidence of mail for people.
    @Test
    void noticesAreNotJudged() throws Exception {
        world.sender = "";
        settle(0, FlowWorld.delivered(), world.secured("dane.example", "mx.dane.example", true));
        assertEquals(new FlowCount.Published(1, 0, 1, 0, 0, 0), flow("dane.example").sums().published());
    }

    /// What our own trouble hid says nothing of a domain; what `Enabled` refuses does, also where mail went.
    @Test
    void whatIsRefusedIsCountedUnlessItIsOurs() throws Exception {
        settle(0, FlowWorld.delivered(Reason.TLSA_INVALID), world.secured("wrong.example", "mx.wrong.example", false));
        settle(0, FlowWorld.deferred(Reason.LOCAL), world.secured("wrong.example", "mx.wrong.example", false));
        assertEquals(new FlowCount.Published(2, 1, 2, 0, 0, 1), flow("wrong.example").sums().published());
    }

    @Test
    void sendersBeyondTheMostAreCountedTogether() throws Exception {
        for (int i = 0; i < FlowCount.SENDERS_MAX + 5; i++) {
            world.sender = "a@s" + i + ".example";
            settle(0, FlowWorld.delivered(), world.secured("dane.example", "mx.dane.example", true));
        }
        world.sender = "a@s0.example";
        settle(0, FlowWorld.delivered(), world.secured("dane.example", "mx.dane.example", true));
        var flow = flow("dane.example");
        assertEquals(FlowCount.SENDERS_MAX, flow.senders().size());
        assertEquals(new Flows.Sender("s0.example", 2), flow.senders().getFirst());
        assertEquals(5, flow.others());
        assertEquals(FlowCount.SENDERS_MAX + 6, flow.sums().messages());
    }

    /// A host that shows another certificate to each session makes no more rows than others.
    @Test
    void certificatesBeyondTheMostAreCountedTogether() throws Exception {
        for (int i = 0; i < TlsSeen.SHOWN_MAX + 9; i++) {
            world.certificate = "c" + i;
            settle(0, FlowWorld.delivered(), world.secured("odd.example", "mx.odd.example", false));
        }
        var rows = flows.inventory(inventory(List.of(Column.Host), List.of(), Optional.empty()));
        assertEquals(List.of("mx.odd.example", "*"), rows.stream().map(row -> row.of(Column.Host)).toList());
        assertEquals(List.of((long) TlsSeen.SHOWN_MAX, 9L), rows.stream().map(TlsInventory.Row::seen).toList());
        assertEquals(TlsSeen.SHOWN_MAX, flows.hosts(today()).size(), "what is counted together is no host");
    }

    /// What is added in one transaction to the same row is written once, and is the same in the end.
    @Test
    void manyOfOneTransactionAddUp() throws Exception {
        store.<Boolean>write(connection -> {
            for (int i = 0; i < 10; i++)
                flows.settled(world.mail(0, "dane.example"), new AttemptResult(Map.of(0, FlowWorld.delivered()),
                        List.of(world.secured("dane.example", "mx.dane.example", true)), List.of())).on(connection);
            return true;
        });
        assertEquals(10, flow("dane.example").sums().messages());
        assertEquals(10, flows.hosts(today()).getFirst().sight().count());
    }

    @Test
    void theInventoryIsGroupedAndChosen() throws Exception {
        settle(0, FlowWorld.delivered(), world.secured("dane.example", "mx.dane.example", true));
        world.protocol = "TLSv1.2";
        world.key = "RSA";
        settle(0, FlowWorld.delivered(), world.secured("old.example", "mx.old.example", false));
        world.group = "X25519MLKEM768";
        settle(0, FlowWorld.delivered(), world.secured("new_x.example", "mx.new.example", false));
        settle(0, FlowWorld.delivered(), world.inClear("clear.example", "mx.clear.example", true));
        assertEquals(List.of("TLSv1.2 2 2", "TLSv1.3 1 1", "none 1 1"),
                rows(List.of(Column.Protocol), List.of(), Optional.empty()));
        assertEquals(List.of("old.example RSA 2048 1 1"), rows(List.of(Column.Domain, Column.Key),
                List.of(new TlsInventory.Only(Column.Key, "rsa *"), new TlsInventory.Only(Column.Domain, "o?d.*")),
                Optional.empty()));
        // What means something to the database is plain text.
        for (String plain : List.of("%d.example", "ol_.example", "!old.example"))
            assertEquals(List.of(), rows(List.of(Column.Domain),
                    List.of(new TlsInventory.Only(Column.Domain, plain)), Optional.empty()), plain);
        assertEquals(List.of("new_x.example 1 1"), rows(List.of(Column.Domain),
                List.of(new TlsInventory.Only(Column.Domain, "new_*")), Optional.empty()));
        assertEquals(List.of("new_x.example 1 1"), rows(List.of(Column.Domain), List.of(), Optional.of(true)));
        assertEquals(List.of("dane.example 1 1", "old.example 1 1"), rows(List.of(Column.Domain), List.of(),
                Optional.of(false)), "no TLS is no key exchange");
        assertEquals(List.of("4 4"), rows(List.of(), List.of(), Optional.empty()));
        assertEquals(List.of(), rows(List.of(), List.of(new TlsInventory.Only(Column.Host, "nobody")),
                Optional.empty()));
    }

    @Test
    void hostsAreReadAsTheyWereSeen() throws Exception {
        settle(0, FlowWorld.delivered(), world.secured("ends.example", "mx.ends.example", true));
        Instant first = time.instant();
        time.advance(Duration.ofDays(1));
        settle(0, FlowWorld.delivered(), world.secured("ends.example", "mx.ends.example", true));
        settle(0, FlowWorld.deferred(Reason.STARTTLS_NOT_SUPPORTED), world.inClear("cut.example", "mx.cut.example",
                false));
        var hosts = flows.hosts(new Flows.Days(Flows.day(first), Flows.day(time.instant())));
        assertEquals(List.of("mx.cut.example", "mx.ends.example"), hosts.stream().map(SeenHost::host).toList());
        assertTrue(!hosts.getFirst().tls() && hosts.getFirst().promised(), hosts.toString());
        SeenHost ends = hosts.getLast();
        assertEquals(new SeenHost.Sight(2, first, time.instant()), ends.sight());
        assertEquals(Optional.of(Instant.parse("2026-12-01T00:00:00Z")), ends.tlsaEnds());
        assertEquals(Optional.of(FlowWorld.ENDS), ends.certificate().ends());
        assertTrue(ends.certificate().proven() && ends.certificate().anchored(), ends.toString());
    }

    private List<String> rows(List<Column> by, List<TlsInventory.Only> only, Optional<Boolean> postQuantum)
            throws Exception {
        return flows.inventory(inventory(by, only, postQuantum)).stream()
                .map(row -> (String.join(" ", by.stream().map(row::of).toList()) + " " + row.hosts() + " " + row.seen())
                        .strip())
                .toList();
    }

    private TlsInventory inventory(List<Column> by, List<TlsInventory.Only> only, Optional<Boolean> postQuantum) {
        return new TlsInventory(today(), by, only, postQuantum);
    }

    private Flows.Days today() {
        LocalDate day = Flows.day(time.instant());
        return new Flows.Days(day, day);
    }

    private Flows.Flow flow(String domain) throws Exception {
        var found = flows.all(today(), domain);
        assertEquals(1, found.size(), found.toString());
        return found.getFirst();
    }

    private void settle(int attempts, Outcome outcome, HostEvidence evidence) throws Exception {
        store.write(flows.settled(world.mail(attempts, evidence.attempt().recipientDomain().ascii()),
                new AttemptResult(Map.of(0, outcome), List.of(evidence), List.of())));
    }
}
