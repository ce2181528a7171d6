package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.BoundedParallel;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

/// Sends each day's reports to everybody whom the domains name, spread over the hours after midnight UTC.
///
/// Every step is a row of [Outbox], so a restart goes on where the engine ended. Between handing a report over and
/// noting it a crash may send it twice; its id is the same then (RFC 8460 §5.3).
public final class Sender implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Sender.class.getName());
    private static final Duration TICK = Duration.ofMinutes(1);
    /// Ours: older news is of no use to anybody.
    public static final int DAYS_LATE_MAX = 2;
    private static final int AT_ONCE = 16; // ours: slow servers do not hold up the others
    private static final int REPORT_OCTETS_MAX = 10 << 20; // RFC 8460 §5.2: what receivers commonly take

    /// What a sender works with.
    public record Parts(Database database, Acceptance acceptance, Resolver resolver, Signing signing,
            HttpsPost https) {}

    private final Parts parts;
    private final Submitter reporter;
    private final boolean automatic;
    private final Time time;
    private final Object wake = new Object();
    private boolean asked;
    private Optional<Thread> thread = Optional.empty();

    /// @param automatic false if reports go only when somebody asks for them
    public Sender(Parts parts, Submitter reporter, boolean automatic, Time time) {
        this.parts = parts;
        this.reporter = reporter;
        this.automatic = automatic;
        this.time = time;
    }

    /// Begins to look every minute what is due.
    public Sender start() {
        thread = Optional.of(EssentialThread.start("tls-reports", this::run));
        return this;
    }

    public Submitter reporter() { return reporter; }

    /// Empty text while reports of `day` go out by themselves; else why they do not.
    public String off() throws IOException {
        if (!automatic) return "tlsRpt.send is false";
        Domain from = reporter.from().domain();
        return parts.signing().isWanted(from) ? "" : "there is no DKIM key for " + from;
    }

    /// What the record of a domain says now; empty if the lookup failed.
    public Optional<ReportingRecord> record(Domain domain) {
        Domain owner;
        try {
            owner = new Domain("_smtp._tls." + domain);
        } catch (IllegalArgumentException tooLong) {
            return Optional.of(new ReportingRecord.None());
        }
        return ReportingRecord.of(parts.resolver().ask(new Question(owner, RecordType.TXT)));
    }

    /// Sends the report of a day to all these, also to those who have had it; it is under way when this returns.
    ///
    /// @param alongside work of the same transaction
    public void sendNow(Domain domain, LocalDate day, List<URI> destinations, Database.Work<?> alongside)
            throws IOException {
        Instant now = time.instant();
        List<String> wanted = destinations.stream().map(URI::toString).toList();
        parts.database().write(connection -> {
            Outbox.address(domain, day, wanted, now).on(connection);
            for (Outbox.Row row : Outbox.of(domain, day).on(connection))
                if (wanted.contains(row.rua())) Outbox.put(row.again(now)).on(connection);
            alongside.on(connection);
            return true;
        });
        synchronized (wake) {
            asked = true;
            wake.notifyAll();
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
        try {
            if (thread.isPresent()) thread.get().join(Duration.ofSeconds(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted())
            try {
                Instant began = time.instant();
                tryTick();
                rest(began.plus(TICK));
            } catch (InterruptedException stop) {
                return;
            }
    }

    /// Trouble of ours costs one round, and no more than one a minute.
    private void tryTick() throws InterruptedException {
        try {
            tick();
        } catch (IOException | RuntimeException broken) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException(); // told to stop, not failed
            LOG.log(System.Logger.Level.WARNING, "event=tls-reports-failed", broken);
        }
    }

    private void rest(Instant next) throws InterruptedException {
        synchronized (wake) {
            while (!asked && time.instant().isBefore(next))
                time.awaitUntil(wake, next);
            asked = false;
        }
    }

    /// All that is due: first the domains whose record is to be found, then the reports to those it names.
    void tick() throws IOException, InterruptedException {
        Instant now = time.instant();
        if (off().isEmpty()) plan(now);
        List<Outbox.Row> due = parts.database().read(Outbox.due(now));
        BoundedParallel.each(due.stream().filter(row -> row.rua().isEmpty()).toList(), AT_ONCE, "tls-report",
                this::attempt);
        due = parts.database().read(Outbox.due(now));
        BoundedParallel.each(due.stream().filter(row -> !row.rua().isEmpty()).toList(), AT_ONCE, "tls-report",
                this::attempt);
    }

    /// Puts the domains on the list whose hour has come.
    private void plan(Instant now) throws IOException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate aged = LocalDate.ofInstant(time.ages().now(), ZoneOffset.UTC);
        for (var due : parts.database().<List<Aggregates.Due>>read(
                Aggregates.due(aged.minusDays(DAYS_LATE_MAX), today))) {
            boolean known = !parts.database().<List<Outbox.Row>>read(Outbox.of(due.domain(), due.day())).isEmpty();
            if (known || now.isBefore(ReportOfDay.due(reporter.domain(), due.domain(), due.day()))) continue;
            parts.database().write(Outbox.put(Outbox.Row.waiting(due.day(), due.domain(), "", now)));
        }
    }

    private void attempt(Outbox.Row row) {
        try {
            if (row.rua().isEmpty()) address(row);
            else
                parts.database().write(Outbox.put(sent(row)));
        } catch (IOException | RuntimeException broken) {
            if (Thread.currentThread().isInterrupted()) return; // told to stop, not failed: it stays due
            LOG.log(System.Logger.Level.WARNING, "event=tls-report-not-sent domain=" + row.domain() + " day="
                    + row.day(), broken);
            later(row, broken);
        }
    }

    /// Our own trouble counts as an attempt, or it would come back every minute for good.
    private void later(Outbox.Row row, Exception broken) {
        try {
            parts.database().write(Outbox.put(row.failed(time, "our own trouble: " + broken)));
        } catch (IOException full) {
            LOG.log(System.Logger.Level.WARNING, "event=tls-report-not-noted", full);
        }
    }

    /// Finds out who wants the report of a domain.
    private void address(Outbox.Row row) throws IOException {
        Instant now = time.instant();
        Optional<ReportingRecord> found = record(row.domain());
        if (found.isEmpty()) {
            Outbox.Row next = row.failed(time, "the lookup of _smtp._tls." + row.domain() + " failed");
            parts.database().write(connection -> {
                Outbox.put(next).on(connection);
                return next.state() == Outbox.State.Waiting
                        ? null
                        : Aggregates.settle(row.domain(), row.day()).on(connection);
            });
            return;
        }
        switch (found.get()) {
            case ReportingRecord.Found(var rua, int leftOut) -> {
                if (leftOut > 0)
                    LOG.log(System.Logger.Level.WARNING,
                            "event=tlsrpt-destinations-left-out domain={0} served={1} left-out={2}", row.domain(),
                            rua.size(), leftOut);
                parts.database().write(Outbox.address(row.domain(), row.day(),
                        rua.stream().map(URI::toString).toList(), now));
            }
            case ReportingRecord.None() -> unwanted(row, "it publishes no _smtp._tls record");
            case ReportingRecord.Invalid(var why) -> unwanted(row, why);
        }
    }

    private void unwanted(Outbox.Row row, String why) throws IOException {
        parts.database().write(connection -> {
            Outbox.put(row.ended(Outbox.State.Unwanted, why)).on(connection);
            return Aggregates.settle(row.domain(), row.day()).on(connection);
        });
    }

    private Outbox.Row sent(Outbox.Row row) throws IOException {
        Instant now = time.instant();
        Optional<TlsRptReport> report = new ReportOfDay(parts.database(), reporter).build(row.domain(), row.day());
        if (report.isEmpty()) return row.ended(Outbox.State.GivenUp, "the counts of the day are gone");
        URI target = URI.create(row.rua());
        HttpsPost.Report post = HttpsPost.Report.of(report.get(), target);
        if (post.body().length > REPORT_OCTETS_MAX)
            return row.ended(Outbox.State.GivenUp, "the report has more than 10 MiB");
        Outbox.Row next = target.getScheme().toLowerCase(Locale.ROOT).equals("https")
                ? posted(row, post, now)
                : mailed(row, report.get(), target, now);
        LOG.log(System.Logger.Level.INFO, "event=tls-report domain={0} day={1} to={2} state={3} detail=\"{4}\"",
                row.domain(), row.day(), row.rua(), next.state(), next.detail());
        return next;
    }

    private Outbox.Row posted(Outbox.Row row, HttpsPost.Report post, Instant now) {
        return switch (parts.https().send(post)) {
            case HttpsPost.Result.Accepted(var status, var note) -> row.ended(Outbox.State.Sent,
                    "HTTP status " + status + (note.isEmpty() ? "" : "; " + note));
            case HttpsPost.Result.Refused(var why) -> row.ended(Outbox.State.Refused, why);
            case HttpsPost.Result.Failed(var why) -> row.failed(time, why);
        };
    }

    private Outbox.Row mailed(Outbox.Row row, TlsRptReport report, URI target, Instant now) throws IOException {
        return switch (parts.signing().choose(reporter.from().domain())) {
            case Signing.Choice.Nobody(var why) -> row.failed(time, why);
            case Signing.Choice.Ready(var signer) -> {
                var mail = new ReportMail(reporter, signer);
                Address to = MailtoAddress.of(target).orElseThrow();
                yield switch (parts.acceptance().accept(ReportMail.CLIENT, mail.envelope(to),
                        mail.content(report, row.domain(), to, now), _ -> _ -> null)) {
                    case MessageSink.Answer.Accepted(var id) -> row.queued(id.text());
                    case MessageSink.Answer.Refused(var reply) -> row.failed(time, "not accepted: " + reply);
                };
            }
        };
    }
}
