package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Management.StsPolicyPort;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.TlsExpiryView;
import org.sternpost.engine.flow.Flows.Days;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.flow.SeenHost;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.ServerIdentity;
import org.sternpost.engine.trust.Reason;

/// What TLS depends on and ends soon: whose it is, what happens then, and what helps
/// (docs/transport-security.md#ends-soon).
public final class EndsSoon {

    private static final Duration SEEN_LATELY = Duration.ofDays(14);
    /// Signatures of records are renewed days before they end, and are known only as of the last look.
    private static final Duration SIGNATURE_LATE = Duration.ofDays(2);
    private static final Duration SIGNATURE_SEEN = Duration.ofDays(1);

    private final Flows flows;
    private final StsPolicyPort policies;
    private final Connectors connectors;
    private final Settings settings;
    private final Time time;

    public EndsSoon(Flows flows, StsPolicyPort policies, Connectors connectors, Settings settings, Time time) {
        this.flows = flows;
        this.policies = policies;
        this.connectors = connectors;
        this.settings = settings;
        this.time = time;
    }

    /// The first end first.
    List<TlsExpiryView> within(Duration span) throws ManagementException {
        Instant now = time.instant();
        var all = new ArrayList<TlsExpiryView>(own());
        all.addAll(policies());
        try {
            List<SeenHost> seen = flows.hosts(Days.of(now.minus(SEEN_LATELY), now));
            all.addAll(certificates(seen));
            all.addAll(signatures(seen, now));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        return all.stream().filter(one -> !one.ends().isAfter(now.plus(span)))
                .sorted(Comparator.comparing(TlsExpiryView::ends).thenComparing(TlsExpiryView::subject)).toList();
    }

    private List<TlsExpiryView> own() {
        var all = new ArrayList<TlsExpiryView>();
        var files = new LinkedHashMap<Path, Settings.ListenerTls>(); // several listeners may show the same
        settings.submission().listeners().stream().flatMap(listener -> listener.tls().stream())
                .forEach(tls -> files.putIfAbsent(tls.certificate(), tls));
        for (Settings.ListenerTls one : files.values())
            try {
                all.add(own(one, ServerIdentity.of(one.certificate(), one.key()).end(), ""));
            } catch (IOException unusable) {
                all.add(own(one, time.instant(), unusable.getMessage() + "; the pair that was read before is shown on, "
                        + "and once it has ended "));
            }
        return all;
    }

    private static TlsExpiryView own(Settings.ListenerTls files, Instant ends, String trouble) {
        return new TlsExpiryView("OwnCertificate", files.certificate().toString(), List.of(), ends,
                Reason.Owner.OURS.name(), trouble + "clients that submit mail refuse it",
                "Put a renewed chain and its key in place of the files; they are read without a restart.", null);
    }

    /// A policy is fetched anew each day, so one that has little left could not be.
    private List<TlsExpiryView> policies() throws ManagementException {
        return policies.all().stream().filter(StsPolicyView::runningOut)
                .map(held -> new TlsExpiryView("StsPolicy", held.domain(), List.of(held.domain()), held.expires(),
                        Reason.Owner.RECIPIENT.name(),
                        "mail goes as if the domain had no policy; where MtaStsMode is Mandatory it waits",
                        "Have https://mta-sts." + held.domain() + "/.well-known/mta-sts.txt serve the policy again"
                                + (held.lastTrouble().isEmpty() ? "" : " (" + held.lastTrouble() + ")")
                                + "; Update-StsPolicy " + held.domain() + " fetches it at once.",
                        null))
                .toList();
    }

    /// Of each host those certificates that are still in use: that were seen since the newest one first was.
    private List<TlsExpiryView> certificates(List<SeenHost> seen) {
        Map<String, List<SeenHost>> hosts = seen.stream().filter(one -> one.certificate().ends().isPresent())
                .collect(Collectors.groupingBy(SeenHost::host, TreeMap::new, Collectors.toList()));
        var all = new ArrayList<TlsExpiryView>();
        for (List<SeenHost> host : hosts.values()) {
            Map<String, List<SeenHost>> certificates = host.stream().collect(Collectors.groupingBy(
                    one -> one.certificate().sha256(), LinkedHashMap::new, Collectors.toList()));
            Instant newest = certificates.values().stream().map(EndsSoon::first).max(Comparator.naturalOrder())
                    .orElse(Instant.MIN);
            for (List<SeenHost> one : certificates.values())
                if (!last(one).isBefore(newest)) all.add(certificate(one));
        }
        return all;
    }

    private TlsExpiryView certificate(List<SeenHost> sights) {
        SeenHost one = sights.getLast();
        boolean dane = !one.tlsa().isEmpty();
        String then = dane
                ? "nothing under TLSA records of usage 3, for which dates do not count; under usage 2, Enabled holds "
                        + "mail back"
                : one.promised()
                        ? "Enabled holds mail back, as the domain's policy asks for a certificate in date"
                        : "nothing, unless the connector asks for CertificateValidation or DomainValidation";
        return new TlsExpiryView("Certificate", one.host(), domains(sights), one.certificate().ends().orElseThrow(),
                owner(one.domain()), then, "Renew the certificate of " + one.host() + (dane
                        ? ", with the same key, or with its TLSA record published two TTLs before (RFC 7671 §8.1)."
                        : "."),
                last(sights));
    }

    private List<TlsExpiryView> signatures(List<SeenHost> seen, Instant now) {
        Map<String, List<SeenHost>> bases = seen.stream().filter(one -> one.tlsaEnds().isPresent())
                .collect(Collectors.groupingBy(SeenHost::tlsa, TreeMap::new, Collectors.toList()));
        var all = new ArrayList<TlsExpiryView>();
        bases.forEach((base, sights) -> {
            Instant ends = sights.stream().max(Comparator.comparing(one -> one.sight().last())).orElseThrow()
                    .tlsaEnds().orElseThrow();
            if (!ends.isAfter(now.plus(SIGNATURE_LATE)) && !last(sights).isBefore(now.minus(SIGNATURE_SEEN)))
                all.add(new TlsExpiryView("TlsaSignature", base, domains(sights), ends,
                        owner(sights.getFirst().domain()),
                        "the TLSA records of " + base + " are bogus: Enabled holds mail back, and whoever else "
                                + "validates does too",
                        "Have the zone of " + base + " signed again, and see why its signer has not done so.",
                        last(sights)));
        });
        return all;
    }

    private String owner(String domain) {
        return Reason.Owner.ofHosts(connectors.choice(new Domain(domain), 0).connector()).name();
    }

    private static List<String> domains(List<SeenHost> sights) {
        return List.copyOf(sights.stream().map(SeenHost::domain).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Instant first(Collection<SeenHost> sights) {
        return sights.stream().map(one -> one.sight().first()).min(Comparator.naturalOrder()).orElseThrow();
    }

    private static Instant last(Collection<SeenHost> sights) {
        return sights.stream().map(one -> one.sight().last()).max(Comparator.naturalOrder()).orElseThrow();
    }
}
