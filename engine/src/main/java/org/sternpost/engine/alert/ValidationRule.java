package org.sternpost.engine.alert;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Failure;

/// A domain whose mail passed validation, and does not any more (docs/alerts.md#validation).
///
/// What a sender's REQUIRETLS or trouble of our own refused says nothing of a domain. Where the owner of the fault is
/// not the recipient, as of a mode that wants more than the domain has, the words say so.
final class ValidationRule implements AlertRule {

    static final Duration WINDOW = Duration.ofMinutes(30);
    static final Duration LASTS = Duration.ofMinutes(5); // one refusal alone counts when nothing has passed for so long
    static final int FAILURES_MIN = 2; // and so many at once
    static final int PASSED_MIN = 5;
    private static final Duration BEFORE = Duration.ofDays(7);
    private static final Duration SILENT = Duration.ofDays(7); // nobody writes to it any more
    private static final int FAILED_OF_MAX = 5; // one of five before may have failed
    private static final int LOOKED_AT_MAX = 1_000; // domains that begin to fail within one look

    private final RecentMail mail;
    private final Faults faults;
    private final Connectors connectors;
    private final AlertTable table;

    ValidationRule(RecentMail mail, Faults faults, Connectors connectors, AlertTable table) {
        this.mail = mail;
        this.faults = faults;
        this.connectors = connectors;
        this.table = table;
    }

    @Override
    public Alert.Kind kind() { return Alert.Kind.ValidationStopped; }

    @Override
    public Look look(Instant now, List<Alert> open) throws IOException {
        Map<String, LocalDate> judged = table.judgedFrom(connectors.all(), now);
        Map<Subject, Alert> known = open.stream().collect(Collectors.toMap(Alert::subject, Function.identity()));
        var found = new ArrayList<Finding>();
        var over = new HashSet<Subject>();
        int left = LOOKED_AT_MAX;
        for (RecentMail.Course one : mail.courses(now.minus(WINDOW))) {
            var subject = new Subject(one.connector(), one.domain().ascii(), "");
            Alert before = known.get(subject);
            if (before != null) {
                if (isFailing(one)) found.add(new Finding(subject, before.since(), before.words()));
                else if (passesSince(one)) over.add(subject);
            } else if (left > 0 && begins(one, now)) {
                left--;
                begin(one, subject, judged, now).ifPresent(found::add);
            }
        }
        for (Alert one : open)
            if (isPointless(one, now) && found.stream().noneMatch(it -> it.subject().equals(one.subject())))
                over.add(one.subject());
        return new Look(found, over);
    }

    /// The latest that is known is a refusal.
    private static boolean isFailing(RecentMail.Course one) {
        return one.lastFailed().isPresent() && one.passed().filter(at -> !at.isBefore(one.lastFailed().get()))
                .isEmpty();
    }

    /// Within one minute nobody knows which came first.
    private static boolean passesSince(RecentMail.Course one) {
        return one.passed().isPresent() && one.lastFailed().filter(at -> !at.isBefore(one.passed().get())).isEmpty();
    }

    private static Instant failingSince(RecentMail.Course one) {
        Instant first = one.firstFailed().orElseThrow();
        return one.passed().filter(at -> !at.isBefore(first)).isEmpty() ? first : one.lastFailed().orElseThrow();
    }

    private static boolean begins(RecentMail.Course one, Instant now) {
        if (!isFailing(one)) return false;
        Instant since = failingSince(one);
        boolean several = since.equals(one.firstFailed().orElseThrow()) && one.failures() >= FAILURES_MIN;
        return several || !now.isBefore(since.plus(LASTS));
    }

    private Optional<Finding> begin(RecentMail.Course one, Subject subject, Map<String, LocalDate> judged, Instant now)
            throws IOException {
        var connector = connectors.withId(one.connector());
        LocalDate from = judged.get(one.connector());
        // Where an exception is or was, it may have passed because nothing was asked.
        if (connector.isEmpty() || from == null || isExcepted(one.connector(), one.domain())) return Optional.empty();
        LocalDate week = LocalDate.ofInstant(now.minus(BEFORE), ZoneOffset.UTC);
        var history = mail.history(one.connector(), one.domain(), from.isAfter(week) ? from : week);
        long failedBefore = Math.max(0, history.failures() - one.failures());
        boolean passed = history.passed() >= PASSED_MIN
                && failedBefore * FAILED_OF_MAX <= history.passed() + failedBefore;
        if (!passed && !table.wasCleared(kind(), subject, now.minus(BEFORE))) return Optional.empty();
        Instant since = failingSince(one);
        Optional<Failure> why = faults.of(one.connector(), one.domain(), since.minus(WINDOW)).map(Faults.Fault::why);
        return why.map(failure -> new Finding(subject, since, new Alert.Words("mail to " + one.domain() + " over "
                + connector.get().name() + " passed validation, the last " + history.passed()
                + " times of 7 days, and does not since " + since + ": " + failure.sentence(), failure.remedy(),
                failure.owner())));
    }

    private boolean isExcepted(String connector, Domain domain) {
        return connectors.exceptions().all().stream().anyMatch(one -> one.connector().equalsIgnoreCase(connector)
                && one.domain().equals(domain));
    }

    /// Nothing can clear it any more.
    private boolean isPointless(Alert one, Instant now) throws IOException {
        if (connectors.withId(one.subject().connector()).isEmpty()) return true;
        if (one.since().isAfter(now.minus(SILENT))) return false;
        var lately = mail.history(one.subject().connector(), new Domain(one.subject().domain()),
                LocalDate.ofInstant(now.minus(SILENT), ZoneOffset.UTC));
        return lately.passed() + lately.failures() == 0;
    }
}
