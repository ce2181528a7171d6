package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.dkim.DkimKey;
import org.sternpost.engine.dkim.DkimKeys;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

class SenderTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final Domain DOMAIN = Sessions.RECIPIENT;
    private static final String RECORD = "_smtp._tls.example.org";
    private static final String COLLECTOR = "reports.example.org";
    private static final Submitter REPORTER = new Submitter("Company-X",
            Address.of("tls@company-x.example"),
            Address.of("tls@company-x.example"));
    private static final DkimKey KEY = DkimKey.generate(DkimKey.Algorithm.ED25519);

    @TempDir
    Path home;

    private final SimTime time = new SimTime(Instant.parse("2026-11-24T00:00:30Z"), 1);
    private final FakeResolver resolver = new FakeResolver().a(COLLECTOR, "127.0.0.1");
    private final Certificates ca = new Certificates(Instant.now());
    private SqliteDatabase store;
    private Queue queue;
    private Sender sender;
    private final AtomicInteger reads = new AtomicInteger();

    @BeforeEach
    void countOneSession() throws Exception {
        open(true);
        new DkimKeys(home.resolve("dkim")).keep(new DkimSigner(new Domain("company-x.example"), "s1", KEY));
        resolver.txt("s1._domainkey.company-x.example", KEY.dnsText());
        var opening = Sessions.good().opening();
        store.write(Aggregates.count(store, Sessions.message("a client"), true,
                new AttemptResult(Map.of(), List.of(opening.evidence()), List.of(opening))));
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void reportIsHandedToTheQueueOnceInItsHourAndNotAgainAfterARestart() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org,mailto:b@example.org");
        sender.tick();
        assertEquals(List.of(), rows());
        untilSent();
        assertEquals(List.of("mailto:a@example.org Sent 1", "mailto:b@example.org Sent 1"), rows());
        assertEquals(2, queue.size());
        store.close();
        open(true);
        time.advance(Duration.ofHours(20));
        sender.tick();
        sender.tick();
        assertEquals(2, queue.size());
        assertEquals(ReportMail.CLIENT, store.<String>read(connection -> {
            try (var row = connection.createStatement().executeQuery("SELECT client FROM message")) {
                row.next();
                return row.getString(1);
            }
        }));
    }

    @Test
    void nothingGoesWithoutAKeyOrWhenTheSettingsSaySo() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        new DkimKeys(home.resolve("dkim")).remove(new Domain("company-x.example"), "s1");
        untilSent();
        assertEquals(List.of(), rows());
        assertTrue(sender.off().contains("no DKIM key"), sender.off());
        new DkimKeys(home.resolve("dkim")).keep(new DkimSigner(new Domain("company-x.example"), "s1", KEY));
        store.close();
        open(false);
        untilSent();
        assertEquals(List.of(), rows());
        assertEquals(0, queue.size());
    }

    @Test
    void mailWaitsForAKeyThatDnsShows() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org").forget("s1._domainkey.company-x.example",
                RecordType.TXT);
        untilSent();
        assertEquals(List.of("mailto:a@example.org Waiting 1"), rows());
        assertTrue(detail().contains("does not show the DKIM key"), detail());
        resolver.txt("s1._domainkey.company-x.example", KEY.dnsText());
        time.advance(Duration.ofMinutes(14));
        sender.tick();
        assertEquals(0, queue.size());
        time.advance(Duration.ofMinutes(1));
        sender.tick();
        assertEquals(List.of("mailto:a@example.org Sent 2"), rows());
    }

    @Test
    void newestKeyThatIsPublishedSigns() throws Exception {
        new DkimKeys(home.resolve("dkim")).keep(new DkimSigner(new Domain("company-x.example"), "s2",
                DkimKey.generate(DkimKey.Algorithm.ED25519)));
        var signing = new Signing(new DkimKeys(home.resolve("dkim")), resolver);
        var choice = (Signing.Choice.Ready) signing.choose(REPORTER.from().domain());
        assertEquals("s1", choice.signer().selector());
    }

    @Test
    void domainThatAsksForNothingIsNotAskedAgain() throws Exception {
        untilSent();
        assertEquals(List.of(" Unwanted 1"), rows());
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        time.advance(Duration.ofHours(6));
        sender.tick();
        assertEquals(List.of(" Unwanted 1"), rows());
        assertEquals(0, queue.size());
    }

    /// By what has passed it is not late.
    @Test
    void aClockThatIsSetForwardsHasNoReportGivenUp() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org").fails(RECORD, RecordType.TXT,
                Answer.Kind.ServFail);
        untilSent();
        time.set(time.instant().plus(Duration.ofDays(30)));
        sender.tick();
        assertEquals(List.of(" Waiting 2"), rows());
        sender.tick();
        assertEquals(List.of(" Waiting 2"), rows());
    }

    /// A minute's look costs no more where it is wrong by thousands of years.
    @Test
    void aClockThatIsFarAheadCostsNoQuestionForEachDay() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        time.set(Instant.parse("9998-01-01T00:00:00Z"));
        sender.tick();
        sender.tick();
        assertEquals(List.of("mailto:a@example.org Sent 1"), rows());
        assertTrue(reads.get() < 20, reads + " questions");
    }

    @Test
    void failedLookupIsTriedForADayAndThenGivenUp() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org").fails(RECORD, RecordType.TXT,
                Answer.Kind.ServFail);
        untilSent();
        assertEquals(List.of(" Waiting 1"), rows());
        for (int i = 0; i < 30 * 4; i++) {
            time.advance(Duration.ofMinutes(15));
            sender.tick();
        }
        // RFC 8460 §5.5: after 15 m, 30 m, 1 h, 2 h, then every 4 h, for 24 hours.
        assertEquals(List.of(" GivenUp 10"), rows());
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        sender.tick();
        assertEquals(0, queue.size());
    }

    @Test
    void everyDestinationGetsItsReportWhateverBecomesOfTheOthers() throws Exception {
        try (var collector = new Collector(ca.good(COLLECTOR).context())) {
            URI good = collector.uri(COLLECTOR, "/201");
            URI bad = collector.uri(COLLECTOR, "/404");
            URI busy = collector.uri(COLLECTOR, "/503");
            resolver.txt(RECORD, "v=TLSRPTv1; rua=" + bad + "," + busy + "," + good + ",mailto:a@example.org");
            untilSent();
            assertEquals(Stream.of(good + " Sent 1", bad + " Refused 1", busy + " Waiting 1",
                    "mailto:a@example.org Sent 1").sorted().toList(), rows());
            var read = (Reading.Read) ReportReader.read(collector.posted().getFirst().body());
            assertEquals(1, read.report().policies().getFirst().successes());
            assertEquals("tls@company-x.example", read.report().contactInfo());
        }
    }

    @Test
    void destinationThatCannotBeReadIsTriedOnTheIntervalsLikeAnyOther() throws Exception {
        String rua = "https://[fe80::1%25nowhere]/x";
        resolver.txt(RECORD, "v=TLSRPTv1; rua=" + rua);
        untilSent();
        sender.tick();
        assertEquals(List.of(rua + " Waiting 1"), rows());
    }

    @Test
    void defectOfOursIsAnAttemptToo() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        untilSent();
        assertEquals(1, queue.size());
        // A mailbox that no record may name, as an older version could have kept it.
        store.write(Outbox.put(Outbox.Row.waiting(DAY, DOMAIN, "mailto:nobody", time.instant())));
        sender.tick();
        sender.tick();
        assertEquals(List.of("mailto:a@example.org Sent 1", "mailto:nobody Waiting 1"), rows());
    }

    @Test
    void whoAsksForItGetsTheReportOnceMore() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        untilSent();
        var done = new ArrayList<String>();
        sender.sendNow(DOMAIN, DAY, List.of(URI.create("mailto:b@example.org")), _ -> done.add("audit"));
        sender.tick();
        assertEquals(List.of("audit"), done);
        assertEquals(List.of("mailto:a@example.org Sent 1", "mailto:b@example.org Sent 1"), rows());
        sender.sendNow(DOMAIN, DAY, List.of(URI.create("mailto:b@example.org")), _ -> true);
        sender.tick();
        assertEquals(3, queue.size());
    }

    @Test
    void dayThatIsLongOverIsNotReportedByItself() throws Exception {
        resolver.txt(RECORD, "v=TLSRPTv1; rua=mailto:a@example.org");
        time.advance(Duration.ofDays(3));
        sender.tick();
        assertEquals(List.of(), rows());
    }

    /// The first 24 hours of retries start when the hour of the domain has come.
    private void untilSent() throws Exception {
        Instant due = ReportOfDay.due(REPORTER.domain(), DOMAIN, DAY);
        time.advance(Duration.between(time.instant(), due));
        sender.tick();
        sender.tick();
    }

    private Database counting(Database asked) {
        return (Database) Proxy.newProxyInstance(Database.class.getClassLoader(), new Class<?>[]{Database.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("read")) reads.incrementAndGet();
                    try {
                        return method.invoke(asked, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private List<String> rows() throws IOException {
        return store.<List<Outbox.Row>>read(Outbox.of(DOMAIN, DAY)).stream()
                .map(row -> row.rua() + " " + row.state() + " " + row.attempts()).toList();
    }

    private String detail() throws IOException {
        return store.<List<Outbox.Row>>read(Outbox.of(DOMAIN, DAY)).getFirst().detail();
    }

    private void open(boolean automatic) throws IOException {
        store = SqliteDatabase.open(home.resolve("data"), Stream.of(Queue.SCHEMA, Aggregates.SCHEMA, Outbox.SCHEMA)
                .flatMap(List::stream).toList());
        queue = Queue.recover(store, time);
        var https = new HttpsPost(resolver, ca.trusting(), new AddressGuard(true), Patience.UNMET,
                new SystemTime());
        sender = new Sender(
                new Sender.Parts(counting(store), Doors.of(queue, Duration.ofDays(1), time).acceptance(), resolver,
                        new Signing(new DkimKeys(home.resolve("dkim")), resolver), https),
                REPORTER, automatic, time);
    }
}
