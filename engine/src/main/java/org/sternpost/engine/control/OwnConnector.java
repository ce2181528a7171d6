package org.sternpost.engine.control;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.flow.FlowCount.Published;
import org.sternpost.engine.flow.Flows.Flow;
import org.sternpost.engine.mail.Domain;

/// Which domains deserve a connector of their own, and why (docs/flows.md).
///
/// @param settings from how many messages on it judges, and what the administrator calls sensitive
public record OwnConnector(Connectors connectors, Settings.Flows settings) {

    private static final int NAME_CHARACTERS_MAX = 60; // of a connector, with room for a number

    /// Why.
    public enum Kind { Sensitive, AlwaysValid, NeverValid }

    /// @param why     in words
    /// @param command that makes it
    public record Suggestion(Kind kind, String why, String command) {}

    /// Empty where the domain has one, or nothing speaks for it.
    public Optional<Suggestion> of(Flow flow) {
        Domain domain = new Domain(flow.domain());
        OutboundConnector serving = connectors.choice(domain, 0).connector();
        // What stands behind a smart host is its matter, and rows of a connector that serves it no more are history.
        if (!serving.id().equalsIgnoreCase(flow.connector()) || !serving.route().useMXRecord()
                || serving.general().recipientDomains().equals(List.of(new DomainPattern.Exact(domain))))
            return Optional.empty();
        Published seen = flow.sums().published();
        boolean known = seen.judged() >= settings.minMessages();
        boolean always = known && seen.proven() == seen.judged();
        boolean never = known && seen.refused() == seen.judged();
        Optional<DomainPattern> sensitive = settings.sensitive().stream().filter(one -> one.matches(domain))
                .findFirst();
        if (sensitive.isPresent()) {
            String terms = always ? " Enabled" + BOTH : seen.refused() > 0 ? " Opportunistic" : " Enabled";
            return Optional.of(new Suggestion(Kind.Sensitive, "flows.sensitive has " + sensitive.get()
                    + ": its settings can then be seen and changed by themselves" + (seen.refused() > 0
                            ? "; Enabled refuses " + seen.refused() + " of " + seen.judged()
                                    + " messages now, so that is to be mended first"
                            : ""),
                    command(domain, terms)));
        }
        if (always)
            return Optional.of(new Suggestion(Kind.AlwaysValid, "all " + seen.judged()
                    + " messages were proven by DANE "
                    + "or an enforced MTA-STS policy: a connector of its own can insist on that, so that records which "
                    + "vanish hold mail back", command(domain, " Enabled" + BOTH)));
        if (never)
            return Optional.of(new Suggestion(Kind.NeverValid, "Enabled refuses all " + seen.judged() + " messages: on "
                    + "a connector of its own its mail goes on, and " + serving.name() + " can become Enabled "
                    + "without it", command(domain, " Opportunistic")));
        return Optional.empty();
    }

    private static final String BOTH = " -SmtpDaneMode Mandatory -MtaStsMode Mandatory"; // either of them will do

    private String command(Domain domain, String terms) {
        return "New-OutboundConnector " + name(domain) + " -RecipientDomains " + domain.ascii() + " -TlsValidation"
                + terms;
    }

    /// One that no connector has.
    private String name(Domain domain) {
        String full = domain.ascii();
        String name = full.substring(0, Math.min(full.length(), NAME_CHARACTERS_MAX));
        String free = name;
        for (int i = 2; connectors.find(free).isPresent(); i++)
            free = name + "-" + i;
        return free;
    }
}
