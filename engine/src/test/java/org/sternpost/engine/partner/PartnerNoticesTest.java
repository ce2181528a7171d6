package org.sternpost.engine.partner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// A letter is open until mail passes again, over its connector and to its domain.
class PartnerNoticesTest {

    private static final Domain PARTNER = Domain.of("partner.example");
    private static final Failure FAULT = new Failure(Reason.TLSA_INVALID, "no record matches", "publish one");

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Connectors connectors;
    private EvidenceLog evidence;
    private Faults faults;
    private PartnerNotices notices;
    private int messages;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(EvidenceLog.SCHEMA, PartnerNotices.SCHEMA, Connectors.SCHEMA)
                .flatMap(List::stream).toList());
        connectors = new Connectors(store, time);
        new Verdicts(store);
        evidence = new EvidenceLog(store);
        faults = new Faults(store, evidence);
        notices = new PartnerNotices(store, faults, connectors, time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void aFaultIsTheLatestWithTheCountsOfItsWindow() throws Exception {
        judged("banks", PARTNER, Optional.empty());
        judged("banks", PARTNER, Optional.of(FAULT));
        Instant first = time.instant();
        judged("banks", PARTNER, Optional.of(new Failure(Reason.LOCAL_DNS, "no server answers", "restore it")));
        judged("other", PARTNER, Optional.of(FAULT));
        judged("banks", Domain.of("else.example"), Optional.of(FAULT));
        judged("banks", PARTNER, Optional.of(FAULT));
        var fault = faults.of("Banks", PARTNER, Instant.EPOCH).orElseThrow();
        assertEquals(List.of(4L, 2L, first, time.instant(), FAULT), List.of(fault.messages(), fault.failures(),
                fault.first(), fault.last(), fault.why()));
        assertEquals(Optional.empty(), faults.of("banks", PARTNER, time.instant().plusMillis(1)));
        assertEquals(Optional.empty(), faults.of("banks", Domain.of("sound.example"), Instant.EPOCH));
    }

    @Test
    void aLetterIsMendedOnceMailPassesAndNothingFailsBehindIt() throws Exception {
        judged("banks", PARTNER, Optional.of(FAULT));
        var fault = faults.of("banks", PARTNER, Instant.EPOCH).orElseThrow();
        store.<PartnerNotices.Notice>write(
                connection -> notices.put(connection, fault, LetterWriter.write(fault, true, "relay.example", "")));
        assertEquals(Optional.empty(), mended());
        judged("banks", PARTNER, Optional.empty());
        judged("banks", PARTNER, Optional.of(FAULT)); // one of several hosts, say
        judged("other", PARTNER, Optional.empty());
        judged("banks", Domain.of("else.example"), Optional.empty());
        assertEquals(Optional.empty(), mended());
        judged("banks", PARTNER, Optional.empty());
        Instant passed = time.instant();
        judged("banks", PARTNER, Optional.empty());
        assertEquals(Optional.of(passed), mended());
        judged("banks", PARTNER, Optional.of(FAULT)); // a new fault is a new letter
        assertEquals(Optional.of(passed), mended());
    }

    /// What was held back is refused once more in the books when it passes: at the time of its refusal.
    @Test
    void mailThatWasHeldAndPassesIsNoNewFault() throws Exception {
        judged("banks", PARTNER, Optional.of(FAULT));
        var held = QueueId.fresh(time.instant(), new Random(messages - 1));
        Instant refused = time.instant();
        letter();
        judged("banks", PARTNER, Optional.empty());
        Instant passed = time.instant();
        time.advance(Duration.ofSeconds(10));
        store.write(evidence.keep(new EvidenceLog.Settled(held, PARTNER, "banks", time.instant()),
                Optional.of(new Verdict(Optional.empty(), true, "mx.partner.example")), List.of()));
        assertEquals(Optional.of(passed), mended());
        var fault = faults.of("banks", PARTNER, Instant.EPOCH).orElseThrow();
        assertEquals(List.of(refused, refused, 1L), List.of(fault.first(), fault.last(), fault.failures()));
        assertEquals(Optional.empty(), faults.of("banks", PARTNER, refused.plusSeconds(1)));
        assertEquals(Optional.of(passed), faults.passedAgain("banks", PARTNER, Instant.EPOCH));
    }

    /// Our own act mends nothing at the partner's.
    @Test
    void mailThatAnExceptionExcusesMendsNoLetter() throws Exception {
        var route = Changed.add(connectors,
                Connectors.fresh("banks", List.of(new DomainPattern.All()), time.instant()));
        judged(route.id(), PARTNER, Optional.of(FAULT));
        letter(route.id());
        Changed.except(connectors,
                TlsOverride.of(route.id(), PARTNER, TlsValidation.Disabled, "ordered", "ops", "admin",
                        time.instant(), time.instant().plusSeconds(600)));
        judged(route.id(), PARTNER, Optional.empty());
        assertEquals(Optional.empty(), mended());
        time.advance(Duration.ofMinutes(20));
        assertEquals(Optional.empty(), mended());
        judged(route.id(), PARTNER, Optional.empty());
        assertEquals(Optional.of(time.instant()), mended());
    }

    private void letter() throws IOException { letter("banks"); }

    private void letter(String connector) throws IOException {
        var fault = faults.of(connector, PARTNER, Instant.EPOCH).orElseThrow();
        store.<PartnerNotices.Notice>write(
                connection -> notices.put(connection, fault, LetterWriter.write(fault, true, "relay.example", "")));
    }

    @Test
    void lettersHaveNumbersAndStayAsTheyWereWritten() throws Exception {
        judged("banks", PARTNER, Optional.of(FAULT));
        var fault = faults.of("banks", PARTNER, Instant.EPOCH).orElseThrow();
        Letter letter = LetterWriter.write(fault, false, "relay.example", "ops@example.com");
        for (int i = 0; i < 2; i++)
            store.<PartnerNotices.Notice>write(connection -> notices.put(connection, fault, letter));
        var all = notices.all();
        assertEquals(List.of(2, 1), all.stream().map(PartnerNotices.Notice::number).toList());
        assertEquals(List.of(letter.subject(), letter.text(), letter.html()), List.of(all.getLast().subject(),
                all.getLast().text(), all.getLast().html()));
        assertTrue(letter.text().contains("ops@example.com"));
    }

    private Optional<Instant> mended() throws IOException {
        notices.look();
        return notices.all().getFirst().mended();
    }

    private void judged(String connector, Domain domain, Optional<Failure> why) throws IOException {
        time.advance(Duration.ofSeconds(1));
        var mail = new EvidenceLog.Settled(QueueId.fresh(time.instant(), new Random(messages++)), domain, connector,
                time.instant());
        store.write(evidence.keep(mail, Optional.of(new Verdict(why, false, "mx.partner.example")), List.of()));
    }
}
