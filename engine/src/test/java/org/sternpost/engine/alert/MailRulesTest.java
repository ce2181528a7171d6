package org.sternpost.engine.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsOverride;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// What the sums of mail tell: a domain that stops validating, and a change that puts off or returns mail.
class MailRulesTest {

    private static final Domain DOMAIN = Domain.of("partner.example");
    private static final Failure FAULT = new Failure(Reason.TLSA_INVALID, "no record matches", "publish one");
    private static final Failure OURS = new Failure(Reason.LOCAL_DNS, "no server answers", "restore it");
    private static final Failure SENDERS = new Failure(Reason.REQUIRETLS_SUPPORT, "no REQUIRETLS", "leave it out");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Connectors connectors;
    private Verdicts verdicts;
    private EvidenceLog evidence;
    private Alerts alerts;
    private int messages;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(EvidenceLog.SCHEMA, Connectors.SCHEMA, Alerts.SCHEMA)
                .flatMap(List::stream).toList());
        connectors = new Connectors(store, time);
        verdicts = new Verdicts(store);
        evidence = new EvidenceLog(store);
        start();
    }

    private void start() {
        var mail = new RecentMail(store);
        alerts = new Alerts(store, List.of(
                new ValidationRule(mail, new Faults(store, evidence), connectors, new AlertTable(store)),
                new RateRule(Alert.Kind.DelayRate, 10, mail, connectors),
                new RateRule(Alert.Kind.NoticeRate, 2, mail, connectors)), List.of(), time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    /// As the engine books an attempt for one recipient.
    private void mail(Domain domain, Optional<Failure> why, Tally tally) throws IOException {
        String connector = connectors.find("Default").orElseThrow().id();
        var settled = new EvidenceLog.Settled(QueueId.fresh(time.instant(), new Random(messages++)), domain, connector,
                time.instant());
        boolean judged = why.filter(one -> one.isLocal() || one.reason().ofSender()).isEmpty();
        store.write(evidence.keep(settled, judged
                ? Optional.of(new Verdict(why, false, "mx.partner.example"))
                : Optional.empty(), List.of()));
        store.<@Nullable Void>write(verdicts.count(time.instant(), connector, domain,
                why.map(one -> one.reason().token()).orElse(""), tally, judged && why.isPresent()
                        ? tally.delivered()
                        : 0));
    }

    private void passes(int count) throws IOException {
        for (int i = 0; i < count; i++)
            mail(DOMAIN, Optional.empty(), new Tally(1, 0, 0));
    }

    /// Under `Opportunistic` it is delivered all the same.
    private void fails(Failure why, int count) throws IOException {
        for (int i = 0; i < count; i++)
            mail(DOMAIN, Optional.of(why), why.isLocal() ? new Tally(0, 1, 0) : new Tally(1, 0, 0));
    }

    private List<String> look() throws IOException {
        return alerts.look().stream().map(one -> one.kind() + (one.isOpen() ? "" : " over")).toList();
    }

    private List<String> lookAfter(Duration span) throws IOException {
        time.advance(span);
        return look();
    }

    private void change() throws IOException {
        Changed.replace(connectors, "Default",
                connector -> connector.withMode(connector.tls().tlsValidation() == TlsValidation.Enabled
                        ? TlsValidation.Opportunistic
                        : TlsValidation.Enabled));
    }

    @Test
    void aDomainThatPassedAndFailsTwiceIsTold() throws Exception {
        passes(5);
        assertEquals(List.of(), lookAfter(MINUTE));
        fails(FAULT, 2);
        assertEquals(List.of("ValidationStopped"), look());
        Alert told = alerts.open().getFirst();
        assertEquals(List.of("partner.example", Reason.Owner.RECIPIENT, "publish one"),
                List.of(told.subject().domain(), told.words().owner(), told.words().remedy()));
        assertTrue(told.words().why().contains("no record matches"), told.words().why());
        fails(FAULT, 1);
        assertEquals(List.of(), lookAfter(MINUTE));
    }

    @Test
    void oneRefusalIsToldOnceNothingHasPassedForAWhile() throws Exception {
        passes(5);
        time.advance(MINUTE);
        fails(FAULT, 1);
        assertEquals(List.of(), look());
        assertEquals(List.of(), lookAfter(MINUTE));
        assertEquals(List.of("ValidationStopped"), lookAfter(ValidationRule.LASTS));
    }

    @Test
    void oneRefusalBetweenPassesIsNone() throws Exception {
        passes(5);
        time.advance(MINUTE);
        fails(FAULT, 1);
        time.advance(MINUTE);
        passes(1);
        for (int i = 0; i < 10; i++)
            assertEquals(List.of(), lookAfter(MINUTE));
    }

    @Test
    void itIsOverWhenMailPassesAgainAndNotWhenNobodyWrites() throws Exception {
        passes(5);
        time.advance(MINUTE);
        fails(FAULT, 2);
        look();
        assertEquals(List.of(), lookAfter(Duration.ofHours(5)));
        assertEquals(List.of(), lookAfter(Duration.ofHours(5)));
        passes(1);
        assertEquals(List.of(), lookAfter(MINUTE));
        assertEquals(List.of("ValidationStopped over"), lookAfter(Alerts.CALM));
        fails(FAULT, 2); // most of its mail of these days has failed by now, and yet it had passed
        assertEquals(List.of("ValidationStopped"), lookAfter(MINUTE));
    }

    @Test
    void aDomainToWhichNobodyWritesAnyMoreIsForgotten() throws Exception {
        passes(5);
        time.advance(MINUTE);
        fails(FAULT, 2);
        look();
        assertEquals(List.of(), lookAfter(Duration.ofDays(9)));
        assertEquals(List.of("ValidationStopped over"), lookAfter(Alerts.CALM));
    }

    @Test
    void whatNeverPassedAndWhatTellsNothingIsNone() throws Exception {
        fails(FAULT, 20);
        assertEquals(List.of(), lookAfter(ValidationRule.LASTS), "it never passed");
        time.advance(Duration.ofDays(8));
        passes(5);
        time.advance(MINUTE);
        fails(OURS, 20);
        fails(SENDERS, 20);
        assertEquals(List.of(), lookAfter(ValidationRule.LASTS), "nobody knows");
        Domain few = Domain.of("few.example");
        for (int i = 0; i < 4; i++)
            mail(few, Optional.empty(), new Tally(1, 0, 0));
        time.advance(MINUTE);
        mail(few, Optional.of(FAULT), new Tally(0, 2, 0));
        assertEquals(List.of(), lookAfter(ValidationRule.LASTS), "four times are no rule");
    }

    /// What the mode wants, and the domain never promised, is not the domain's fault.
    @Test
    void whoseFaultItIsStandsInIt() throws Exception {
        passes(5);
        time.advance(MINUTE);
        fails(new Failure(Reason.DANE_REQUIRED, "there is no TLSA record", "ask for less"), 2);
        look();
        assertEquals(Reason.Owner.OURS, alerts.open().getFirst().words().owner());
    }

    /// Where nothing was asked, all passes.
    @Test
    void whatPassedUnderDisabledOrByAnExceptionIsNoPass() throws Exception {
        Changed.replace(connectors, "Default", connector -> connector.withMode(TlsValidation.Disabled));
        look();
        passes(20);
        time.advance(MINUTE);
        Changed.replace(connectors, "Default", connector -> connector.withMode(TlsValidation.Opportunistic));
        look();
        fails(FAULT, 5);
        assertEquals(List.of(), lookAfter(ValidationRule.LASTS));
        time.advance(Duration.ofDays(2));
        passes(20);
        Changed.except(connectors, TlsOverride.of("Default", DOMAIN, TlsValidation.Disabled, "r", "o", "admin",
                time.instant(), time.instant().plusSeconds(60)));
        time.advance(Duration.ofMinutes(2));
        fails(FAULT, 5);
        assertEquals(List.of(), lookAfter(ValidationRule.LASTS));
    }

    private void deferred(int of, int deferred) throws IOException {
        for (int i = 0; i < of; i++)
            mail(Domain.of("d" + i + ".example"), Optional.empty(),
                    i < deferred ? new Tally(0, 1, 0) : new Tally(1, 0, 0));
    }

    @Test
    void aChangeThatPutsMailOffIsToldAndOverWhenItIsTakenBack() throws Exception {
        deferred(100, 1);
        time.advance(Duration.ofHours(1));
        change();
        time.advance(Duration.ofMinutes(2));
        deferred(100, 20);
        assertEquals(List.of("DelayRate"), look());
        Alert told = alerts.open().getFirst();
        assertTrue(told.words().why().contains("20.0 % of what it tries is put off: 20 of 100"), told.words().why());
        assertEquals(Reason.Owner.OURS, told.words().owner());
        change();
        time.advance(Duration.ofMinutes(2));
        assertEquals(List.of(), look());
        deferred(100, 1);
        assertEquals(List.of(), lookAfter(MINUTE));
        assertEquals(List.of("DelayRate over"), lookAfter(Alerts.CALM));
    }

    @Test
    void noticesAreToldByTheirOwnLimit() throws Exception {
        time.advance(Duration.ofHours(1));
        change();
        time.advance(Duration.ofMinutes(2));
        for (int i = 0; i < 100; i++)
            mail(Domain.of("d" + i + ".example"), Optional.empty(), i < 3 ? new Tally(0, 0, 1) : new Tally(1, 0, 0));
        assertEquals(List.of("NoticeRate"), look());
    }

    @Test
    void whatWasSoBeforeIsNoMatterOfTheChangeNorIsOurOwnTroubleNorTooLittleMail() throws Exception {
        deferred(100, 20);
        time.advance(Duration.ofMinutes(20));
        change();
        time.advance(Duration.ofMinutes(2));
        deferred(100, 30);
        assertEquals(List.of(), look(), "no more than twice as much");
        fails(OURS, 500);
        assertEquals(List.of(), look(), "our own trouble");
        time.advance(Duration.ofHours(2));
        change();
        time.advance(Duration.ofMinutes(2));
        deferred(RateRule.RECIPIENTS_MIN - 1, RateRule.RECIPIENTS_MIN - 1);
        assertEquals(List.of(), look(), "too few");
        time.advance(Duration.ofDays(2));
        deferred(100, 90);
        assertEquals(List.of(), look(), "no change for two days");
    }

    @Test
    void whatAConnectorThatIsGoneDidIsOver() throws Exception {
        OutboundConnector made = Changed.add(connectors, Connectors.fresh("Other", List.of(), time.instant()));
        time.advance(MINUTE);
        Changed.replace(connectors, "Other", connector -> connector.withMode(TlsValidation.Enabled));
        time.advance(Duration.ofMinutes(2));
        store.<@Nullable Void>write(verdicts.count(time.instant(), made.id(), DOMAIN, "", new Tally(10, 10, 0), 0));
        assertEquals(List.of("DelayRate"), look());
        Changed.remove(connectors, "Other");
        look();
        assertEquals(List.of("DelayRate over"), lookAfter(Alerts.CALM));
    }
}
