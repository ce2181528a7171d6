package org.sternpost.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.schedule.Scheduler.End;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// What is booked of mail that went although `Enabled` would not have let it.
class AttemptStatisticsTest {

    private static final Domain DOMAIN = Domain.of("bank.example");

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    private record Nothing() implements MessageContent {
        @Override
        public long size() { return 0; }

        @Override
        public InputStream open() { return new ByteArrayInputStream(new byte[0]); }
    }

    /// What our own trouble hid stays undecided: no verdict, no would-have-failed, no judging without mail.
    @ParameterizedTest
    @CsvSource({"TLSA_INVALID, 1", "LOCAL_DNS, 0", "LOCAL_TLS, 0", "LOCAL, 0"})
    void onlyTheRecipientsFaultIsBooked(Reason reason, int booked) throws Exception {
        try (var database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA)) {
            var verdicts = new Verdicts(database);
            var limits = new Limits(1, 1, List.of(Duration.ofMinutes(15)), Duration.ofDays(1));
            var mail = mail(new ReversePath.Null());
            database.write(new AttemptStatistics(new EvidenceLog(database), verdicts, limits, time).settled(mail,
                    new AttemptResult(Map.of(0, delivered(reason)), List.of(), List.of())));
            assertEquals(booked, verdicts.since(Instant.EPOCH).size());
            assertEquals(booked, verdicts.shadows().of(mail.message().id()).size());
            assertEquals(Set.of(DOMAIN), verdicts.served("Default"));
        }
    }

    private static Outcome delivered(Reason reason) {
        return new Outcome.Delivered("2.0.0", new Reply(250, List.of("ok")), "mx.bank.example", "", Level.Encrypted, "",
                Optional.of(new Failure(reason, "seen", "mend it")));
    }

    /// Where people's mail would fail, notices pass; and our own go whatever fails.
    @ParameterizedTest
    @CsvSource({"person, false, false, 1", "person, true, false, 1", "stranger, false, false, 0",
            "stranger, true, false, 1", "ours, false, true, 0", "ours, true, true, 0"})
    void noticesAreNoGoodMail(String sender, boolean fails, boolean tagged, int booked) throws Exception {
        try (var database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA)) {
            var verdicts = new Verdicts(database);
            var limits = new Limits(1, 1, List.of(Duration.ofMinutes(15)), Duration.ofDays(1));
            var mail = mail(sender.equals("person")
                    ? new ReversePath.Mailbox(Address.of("a@example.org"))
                    : new ReversePath.Null());
            if (tagged) mail = mail.asking(RequireTlsTag.Notice);
            var outcome = fails
                    ? delivered(Reason.TLSA_INVALID)
                    : new Outcome.Delivered("2.0.0", new Reply(250, List.of("ok")), "mx.bank.example", "",
                            Level.Encrypted, "", Optional.empty());
            database.write(new AttemptStatistics(new EvidenceLog(database), verdicts, limits, time).settled(mail,
                    new AttemptResult(Map.of(0, outcome), List.of(), List.of())));
            assertEquals(booked, verdicts.since(Instant.EPOCH).size());
            assertEquals(fails ? booked : 0, verdicts.shadows().of(mail.message().id()).size());
            assertEquals(Set.of(DOMAIN), verdicts.served("Default"));
        }
    }

    /// Mail whose time was over is counted as failed, although its last attempt was put off; and with it the notices.
    @Test
    void whatIsCountedIsHowItEnded() throws Exception {
        try (var database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA)) {
            var verdicts = new Verdicts(database);
            var limits = new Limits(1, 1, List.of(Duration.ofMinutes(15)), Duration.ofDays(1));
            var statistics = new AttemptStatistics(new EvidenceLog(database), verdicts, limits, time);
            var mail = mail(new ReversePath.Null());
            time.advance(Duration.ofSeconds(90));
            var late = new Outcome.Deferred("4.7.323", "seen", "mx.bank.example",
                    Optional.of(new Failure(Reason.TLSA_INVALID, "seen", "mend it")));
            database.write(statistics.settled(mail, new AttemptResult(Map.of(0, late), List.of(), List.of()),
                    new End(List.of(late.expired("5.7.323")), 1)));
            database.write(statistics.settled(mail, new AttemptResult(Map.of(0, delivered(Reason.TLSA_INVALID)),
                    List.of(), List.of())));
            var counted = verdicts.counts(Instant.EPOCH, time.instant().plusSeconds(60), "", "", List.of()).getFirst();
            assertEquals("1 0 1 1 1", counted.delivered() + " " + counted.deferred() + " " + counted.failed() + " "
                    + counted.tally().notices() + " " + counted.tally().levels().tls());
            long told = counted.tally().delays().within(0.5).orElseThrow().toMillis();
            assertEquals(90_000, told, 9_000);
        }
    }

    private ClaimedDelivery mail(ReversePath sender) {
        var message = new QueuedMessage(QueueId.fresh(time.instant(), new Random(1)), time.instant(),
                time.instant().plus(Duration.ofDays(2)), sender, MailParameters.NONE,
                new QueuedMessage.About("", "", "", 1));
        var connector = Connectors.fresh("Default", List.of(new DomainPattern.All()), time.instant());
        return Claims.of(message, new Nothing(), connector, TlsValidation.Opportunistic, DOMAIN,
                List.of(new QueuedRecipient(0, new Recipient(Address.of("a@bank.example"), Set.of(), ""),
                        QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Active, 0, time.instant())),
                false);
    }
}
