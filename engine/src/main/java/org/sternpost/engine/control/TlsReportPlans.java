package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.DkimAlgorithm;
import org.sternpost.engine.control.Management.TlsRptQuery;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.DkimKeyView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.dkim.DkimKey;
import org.sternpost.engine.dkim.DkimKeys;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.dkim.Publication;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.Refusable;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.ReportingRecord;
import org.sternpost.engine.tlsrpt.Sender;
import org.sternpost.engine.tlsrpt.Signing;

/// Reports and their keys as an operator sees and changes them.
public final class TlsReportPlans implements Management.TlsReportPort {

    /// The working parts behind it.
    public record Parts(Database database, DkimKeys keys, Signing signing, Sender sender, Trace trace) {}

    private final Parts parts;
    private final ReportRows rows;
    private final Time time;

    public TlsReportPlans(Parts parts, Time time) {
        this.parts = parts;
        this.rows = new ReportRows(parts, time);
        this.time = time;
    }

    @Override
    public List<DkimKeyView> keys(@Nullable Domain domain) throws ManagementException {
        try {
            List<DkimKeys.Held> all = parts.keys().all();
            var found = all.stream().filter(key -> domain == null || key.signer().domain().equals(domain)).toList();
            if (domain != null && found.isEmpty())
                throw Refusal.notFound("DKIM key of domain", domain.toString(),
                        all.stream().map(key -> key.signer().domain().toString()).distinct().toList(),
                        "New-DkimKey makes one");
            return found.stream().map(key -> view(key, parts.signing().published(key))).toList();
        } catch (IOException broken) {
            throw disk(broken);
        }
    }

    @Override
    public Plan<DkimKeyView> createKey(Domain domain, String selector, DkimAlgorithm algorithm)
            throws ManagementException {
        DkimSigner made;
        String name;
        try {
            name = DkimKeys.name(domain, selector);
            made = new DkimSigner(domain, selector, DkimKey.generate(switch (algorithm) {
                case RSA -> DkimKey.Algorithm.RSA;
                case Ed25519 -> DkimKey.Algorithm.ED25519;
            }));
            if (parts.keys().find(domain, selector).isPresent()) throw taken(name);
        } catch (IllegalArgumentException bad) {
            throw Refusal.invalid(bad);
        } catch (IOException broken) {
            throw disk(broken);
        }
        var changes = List.of(new Plan.Change("key", "", algorithm + " " + name));
        String target = "DkimKey " + name;
        return new Plan<>("New-DkimKey", target, changes, "", List.of(), by -> {
            try {
                DkimKeys.Held held = kept(made, Audit.entry(time.instant(), by, "New-DkimKey", target, changes));
                return List.of(view(held, parts.signing().published(held)));
            } catch (FileAlreadyExistsException raced) {
                throw taken(name);
            } catch (IOException broken) {
                throw disk(broken);
            }
        });
    }

    @Override
    public Plan<DkimKeyView> removeKey(Domain domain, String selector) throws ManagementException {
        DkimKeys.Held gone;
        List<String> warnings = new ArrayList<>();
        try {
            List<DkimKeys.Held> all = parts.keys().all();
            gone = parts.keys().find(domain, selector).orElseThrow(() -> Refusal.notFound("DKIM key",
                    selector + "._domainkey." + domain, all.stream().map(DkimKeys.Held::dnsName).toList(),
                    "New-DkimKey makes one"));
            Domain from = parts.sender().reporter().from().domain();
            if (gone.speaksFor(from) && all.stream().filter(key -> key.speaksFor(from)).count() == 1)
                warnings.add("it is the only key for " + from + ": TLS reports are not sent without one");
        } catch (IOException broken) {
            throw disk(broken);
        }
        var changes = List.of(new Plan.Change("key", algorithm(gone) + " " + gone.dnsName(), ""));
        String target = "DkimKey " + gone.dnsName();
        return new Plan<>("Remove-DkimKey", target, changes, "", warnings, by -> {
            try {
                removed(gone, Audit.entry(time.instant(), by, "Remove-DkimKey", target, changes));
                return List.of(view(gone, new Publication.Missing("removed")));
            } catch (IOException broken) {
                throw disk(broken);
            }
        });
    }

    /// That nobody else has made one is decided where its file is made.
    private DkimKeys.Held kept(DkimSigner made, Database.Work<@Nullable Void> told) throws IOException {
        DkimKeys.Held held = parts.keys().keep(made);
        try {
            parts.database().<@Nullable Void>write(told);
        } catch (IOException broken) {
            parts.keys().remove(made.domain(), made.selector());
            throw broken;
        }
        return held;
    }

    /// The key that was shown, and no other that has taken its place meanwhile.
    private void removed(DkimKeys.Held seen, Database.Work<@Nullable Void> told)
            throws IOException, ManagementException {
        DkimSigner gone = seen.signer();
        var unlinked = new AtomicBoolean();
        try {
            Refusable.<Boolean, Exception>write(parts.database(), Exception.class, connection -> {
                String there = parts.keys().find(gone.domain(), gone.selector())
                        .map(held -> held.signer().key().dnsText()).orElse("");
                if (!there.equals(gone.key().dnsText()))
                    throw new ManagementException(Kind.NotFound,
                            "the DKIM key '" + seen.dnsName() + "' is gone meanwhile",
                            "Get-DkimKey lists what there is");
                told.on(connection);
                unlinked.set(parts.keys().remove(gone.domain(), gone.selector()));
                return true;
            });
        } catch (ManagementException refused) {
            throw refused;
        } catch (Exception broken) {
            if (unlinked.get()) parts.keys().keep(gone);
            throw broken instanceof IOException disk ? disk : new IOException(broken);
        }
    }

    @Override
    public List<TlsRptReportView> reports(TlsRptQuery query) throws ManagementException {
        try {
            var views = new ArrayList<TlsRptReportView>();
            for (Aggregates.DayOf one : parts.database().<List<Aggregates.DayOf>>read(
                    Aggregates.days(query.from(), query.to(), query.domain(), query.limit())))
                views.add(rows.view(one));
            return views;
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public Plan<TlsRptReportView> send(Domain domain, LocalDate day) throws ManagementException {
        // RFC 8460 §4.1: a report spans the whole day, so that of today would be half of one.
        if (!day.isBefore(LocalDate.ofInstant(time.instant(), ZoneOffset.UTC)))
            throw new ManagementException(Kind.Invalid, day + " is not over (UTC)", "ask for an earlier day");
        var query = new TlsRptQuery(domain, day, day, 1);
        if (reports(query).isEmpty())
            throw new ManagementException(Kind.NotFound, "no session with a host of " + domain + " was counted on "
                    + day, "Get-TlsRptReport shows the days and domains that have some");
        ReportingRecord.Found asked = asked(domain);
        List<URI> destinations = asked.rua();
        var changes = destinations.stream().map(uri -> new Plan.Change(uri.toString(), "", "the report of " + day))
                .toList();
        String target = "TlsRptReport " + day + " of " + domain;
        return new Plan<>("Send-TlsRptReport", target, changes, "", warnings(asked), by -> {
            try {
                parts.sender().sendNow(domain, day, destinations,
                        Audit.entry(time.instant(), by, "Send-TlsRptReport", target, changes));
                return reports(query);
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
        });
    }

    private ReportingRecord.Found asked(Domain domain) throws ManagementException {
        Optional<ReportingRecord> found = parts.sender().record(domain);
        if (found.isEmpty())
            throw new ManagementException(Kind.Unavailable, "the lookup of _smtp._tls." + domain + " failed",
                    "try again later");
        return switch (found.get()) {
            case ReportingRecord.Found asked -> asked;
            case ReportingRecord.None() -> throw new ManagementException(Kind.NotFound, domain
                    + " asks for no reports: it has no TXT record at _smtp._tls." + domain, "");
            case ReportingRecord.Invalid(var why) -> throw new ManagementException(Kind.Invalid, "_smtp._tls."
                    + domain + " cannot be followed: " + why, "its postmaster must fix it");
        };
    }

    private List<String> warnings(ReportingRecord.Found asked) throws ManagementException {
        var warnings = new ArrayList<String>();
        if (asked.leftOut() > 0)
            warnings.add("only the first " + asked.rua().size() + " addresses get the report; the record names "
                    + asked.leftOut() + " more");
        if (asked.rua().stream().anyMatch(uri -> "mailto".equalsIgnoreCase(uri.getScheme())) && !signable())
            warnings.add("no DKIM key for " + parts.sender().reporter().from().domain()
                    + " is published, so reports by mail wait until one is");
        return warnings;
    }

    private boolean signable() throws ManagementException {
        Domain from = parts.sender().reporter().from().domain();
        try {
            return parts.keys().all().stream().filter(key -> key.speaksFor(from))
                    .anyMatch(key -> parts.signing().published(key) instanceof Publication.Published);
        } catch (IOException broken) {
            throw disk(broken);
        }
    }

    private static ManagementException taken(String name) {
        return new ManagementException(Kind.Exists, "there is a key " + name + " already",
                "choose another selector: a published key is replaced by a new selector, not in place");
    }

    private static ManagementException disk(IOException broken) {
        return new ManagementException(Kind.Unavailable, "the keys cannot be kept or read: " + broken.getMessage(),
                "look at the folder dkim of the data directory");
    }

    private static DkimAlgorithm algorithm(DkimKeys.Held key) {
        return switch (key.signer().key().algorithm()) {
            case RSA -> DkimAlgorithm.RSA;
            case ED25519 -> DkimAlgorithm.Ed25519;
        };
    }

    private static DkimKeyView view(DkimKeys.Held key, Publication shown) {
        return new DkimKeyView(key.signer().domain().ascii(), key.signer().selector(),
                algorithm(key).name(),
                shown instanceof Publication.Published,
                shown instanceof Publication.Missing(var why) ? why : "", key.dnsName(),
                key.signer().key().dnsText(), key.made());
    }
}
