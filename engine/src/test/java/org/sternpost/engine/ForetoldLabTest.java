package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Expectation;
import org.sternpost.lab.Lab;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;

/// One message to each domain of the practice internet over an engine that delivers whatever validation says, and one
/// over an engine that insists, while every second fault is repaired: what readiness says of the first mail is what
/// happens to the second (docs/transport-security.md#mode-shadow).
class ForetoldLabTest {

    /// All first attempts are over before, and what the DNS said at them is forgotten: the lab's records live a minute,
    /// and the last look at a domain may be a second later than the last attempt at its mail.
    private static final Duration LIFE = Duration.ofSeconds(90);
    private static final Set<String> ENDS = Set.of("Delivered", "Failed");

    @TempDir
    Path directory;

    @Test
    void whatReadinessSaysOfEachDomainIsWhatHappensUnderEnabled() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine lax = engine(lab, "lax", TlsValidation.Opportunistic);
                LabEngine strict = engine(lab, "strict", TlsValidation.Enabled)) {
            // Those that keep an engine waiting have tests of their own. Of one whose DNS servers say that they cannot
            // answer, nothing is foretold: it may be our own network.
            List<LabDomain> all = lab.domains().stream().filter(one -> !one.hangs() && !one.isLoopback()
                    && one.dnsFault() != DnsFault.SERVFAIL_MX).toList();
            List<String> names = all.stream().map(LabDomain::ascii).toList();
            for (LabEngine engine : List.of(lax, strict)) {
                engine.send(names);
                for (String name : names)
                    engine.awaitAttempt(name, 1, Patience.AMPLE);
            }
            List<LabDomain> faulty = all.stream()
                    .filter(one -> one.enabled().outcome() != Expectation.Outcome.Delivered).toList();
            for (int i = 0; i < faulty.size(); i += 2)
                lab.mend(faulty.get(i).domain());
            Patience.until("all mail has ended", () -> ENDS.containsAll(ends(strict).values()));
            Patience.until("all of it is known", () -> details(lax).stream()
                    .allMatch(one -> one.wouldDelay() + one.wouldReturn() == one.wouldFail()));
            Map<String, String> happened = ends(strict);
            Map<String, String> went = ends(lax);
            Map<String, String> foretold = foretold(lax);
            var wrong = new ArrayList<String>();
            var kinds = new TreeMap<String, Integer>();
            for (String name : names) {
                String told = foretold.getOrDefault(name, went.get(name));
                kinds.merge(foretold.containsKey(name) ? told + " later" : told, 1, Integer::sum);
                if (!told.equals(happened.get(name)))
                    wrong.add(name + " foretold " + told + ", happened " + happened.get(name));
            }
            System.out.println("lab, foretold: " + kinds + ", wrongly: " + wrong.size() + " of " + names.size());
            assertEquals(List.of(), wrong);
            for (String kind : List.of("Delivered", "Delivered later", "Failed later"))
                assertTrue(kinds.getOrDefault(kind, 0) >= 5, kind + " of " + kinds);
        }
    }

    private static List<DomainView> details(LabEngine engine) {
        try {
            return engine.management().reports().readiness("Default", Instant.EPOCH, 0.5).getFirst().details();
        } catch (ManagementException broken) {
            throw new AssertionError(broken);
        }
    }

    /// What became of the mail to each domain.
    private static Map<String, String> ends(LabEngine engine) {
        try (Stream<MessageTraceView> rows = engine.management().traces().search(TraceQuery.newest(10_000))) {
            return rows.filter(row -> row.recipientAddress().startsWith("user@")).collect(Collectors.toMap(
                    row -> row.recipientAddress().substring("user@".length()), MessageTraceView::status));
        } catch (ManagementException broken) {
            throw new AssertionError(broken);
        }
    }

    /// What would have become of the mail that Enabled would not have delivered at once.
    private static Map<String, String> foretold(LabEngine engine) {
        return details(engine).stream().filter(one -> one.wouldFail() > 0).collect(Collectors.toMap(
                DomainView::domain, one -> one.wouldDelay() > 0
                        ? "Delivered"
                        : one.wouldReturn() > 0 ? "Failed" : "nothing"));
    }

    private LabEngine engine(Lab lab, String name, TlsValidation mode) throws Exception {
        var engine = LabEngine.on(lab, directory.resolve(name),
                text -> text.replaceAll("retryIntervals: .*", "retryIntervals: [5s]"));
        engine.management().connectors()
                .change("Default", now -> SampleConnector.expiring(now, LIFE).withMode(mode)).commit().apply("test");
        return engine;
    }
}
