package org.sternpost.engine.control;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.ProofView.StepView;
import org.sternpost.engine.dnssec.ResolverCheck;
import org.sternpost.engine.dnssec.ServerCheck;
import org.sternpost.engine.dnssec.ServerCheck.Finding;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.trust.Reason;

/// The DNS servers as an operator sees them: whether their answers may be trusted, in plain words.
public final class Resolvers {

    private final ResolverCheck check;
    private final Domain secure;
    private final Domain bogus;

    /// @param secure a domain known to be signed well
    /// @param bogus  a domain known to be signed badly
    public Resolvers(ResolverCheck check, Domain secure, Domain bogus) {
        this.check = check;
        this.secure = secure;
        this.bogus = bogus;
    }

    /// With the domains of the settings.
    List<ResolverView> all() { return all(null, null); }

    List<ResolverView> all(@Nullable Domain secureName, @Nullable Domain bogusName) {
        return check.all(Optional.ofNullable(secureName).orElse(secure), Optional.ofNullable(bogusName).orElse(bogus))
                .stream().map(Resolvers::view).toList();
    }

    /// What the servers show now, asked with the domains of the settings.
    public List<ServerCheck> checks() { return check.all(secure, bogus); }

    /// Why answers may not be trusted, one sentence for each server that is not.
    List<String> problems() {
        return all().stream().filter(view -> !view.trusted()).map(ResolverView::verdict).toList();
    }

    private static ResolverView view(ServerCheck server) {
        Optional<Finding> worst = server.worst();
        boolean doubtful = server.findings().stream().anyMatch(one -> one.result() == ServerCheck.Result.Odd);
        String odd = server.findings().stream().filter(one -> one.result() == ServerCheck.Result.Odd).findFirst()
                .map(one -> "; but " + one.meaning()).orElse("");
        return new ResolverView(server.name(), worst.isPresent() ? Sign.Bad : doubtful ? Sign.Note : Sign.Good,
                server.isTrusted(), worst.map(one -> "The answers of " + server.name() + " may not be trusted: "
                        + one.meaning() + ".")
                        .orElse("The answers of " + server.name() + " may be trusted" + odd + "."),
                worst.map(Finding::remedy).orElseGet(() -> server.findings().stream().map(Finding::remedy)
                        .filter(remedy -> !remedy.isEmpty()).findFirst().orElse("")),
                worst.isPresent() ? Reason.Owner.OURS.words() : "", server.took(),
                server.findings().stream().map(Resolvers::step).toList());
    }

    private static StepView step(Finding finding) {
        return new StepView(switch (finding.result()) {
            case Good -> Sign.Good;
            case Odd -> Sign.Note;
            case Bad -> Sign.Bad;
        }, finding.subject().name(), finding.result().name(), finding.seen(), capital(finding.meaning()) + ".",
                finding.rule());
    }

    private static String capital(String text) { return Character.toUpperCase(text.charAt(0)) + text.substring(1); }
}
