package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;

/// What the mail of the last days says would fail once the connectors are other than they are.
public final class Risks {

    private static final Duration WINDOW = Duration.ofDays(7);
    private static final int DOMAINS_SHOWN_MAX = 10;

    private final Connectors connectors;
    private final Verdicts verdicts;
    private final Time time;

    public Risks(Connectors connectors, Verdicts verdicts, Time time) {
        this.connectors = connectors;
        this.verdicts = verdicts;
        this.time = time;
    }

    /// One sentence for each domain of which recent mail would have failed and that is insisted on only then.
    ///
    /// @param after all connectors as they would be
    List<String> of(List<OutboundConnector> after) throws ManagementException {
        return told(domain -> insists(connectors.choiceAmong(after, domain).connector(), domain));
    }

    /// The same of one domain alone, once the connector judges it so.
    List<String> of(Domain only, OutboundConnector judging) throws ManagementException {
        boolean serves = connectors.choice(only, 0).connector().id().equals(judging.id());
        return told(domain -> serves && domain.equals(only) && insists(judging, domain));
    }

    private List<String> told(Predicate<Domain> insistedOnThen) throws ManagementException {
        List<DomainVerdict> failing = recent().stream()
                .filter(v -> v.wouldFail() > 0 && insistedOnThen.test(v.domain())
                        && !insists(connectors.choice(v.domain(), 0).connector(), v.domain()))
                .sorted(Comparator.comparingLong(DomainVerdict::wouldFail).reversed()
                        .thenComparing(DomainVerdict::domain))
                .toList();
        var sentences = new ArrayList<String>();
        for (DomainVerdict v : failing.subList(0, Math.min(failing.size(), DOMAINS_SHOWN_MAX)))
            sentences.add(v.wouldFail() + " of " + v.messages() + " messages to " + v.domain()
                    + " in the last " + WINDOW.toDays() + " days would have failed: " + v.sentence() + " (" + v.remedy()
                    + ")");
        if (failing.size() > DOMAINS_SHOWN_MAX)
            sentences.add("and mail to " + (failing.size() - DOMAINS_SHOWN_MAX) + " more domains (Get-TlsReadiness)");
        return sentences;
    }

    /// True if no recent mail of a connector was judged, so that nothing is known of what would fail.
    boolean isUnjudged(String connector) throws ManagementException {
        return recent().stream().noneMatch(v -> v.connector().equalsIgnoreCase(connector));
    }

    private List<DomainVerdict> recent() throws ManagementException {
        try {
            return verdicts.since(time.instant().minus(WINDOW));
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    private static boolean insists(OutboundConnector judging, Domain domain) {
        return judging.modeFor(domain) == TlsValidation.Enabled;
    }
}
