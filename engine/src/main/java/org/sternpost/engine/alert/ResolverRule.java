package org.sternpost.engine.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.dnssec.ServerCheck;
import org.sternpost.engine.trust.Reason.Owner;

/// A DNS server in use whose answers may not be trusted, or that gives none, twice in a row: the first may be one lost
/// packet (docs/alerts.md#resolver). Each look asks it about ten questions, so there are few.
final class ResolverRule implements AlertRule {

    private static final Duration PAUSE = Duration.ofMinutes(5);

    private final Supplier<List<ServerCheck>> check;
    private @Nullable Instant last;
    private Set<String> bad = Set.of();

    ResolverRule(Supplier<List<ServerCheck>> check) { this.check = check; }

    @Override
    public Alert.Kind kind() { return Alert.Kind.Resolver; }

    @Override
    public boolean wavers() { return false; }

    @Override
    public Look look(Instant now, List<Alert> open) {
        Instant before = last;
        // A clock that is set back must not end the looks; one in doubt is looked at again at once.
        if (before != null && !now.isBefore(before) && now.isBefore(before.plus(PAUSE)) && bad.isEmpty())
            return Look.NONE;
        last = now;
        var badNow = new HashSet<String>();
        var found = new ArrayList<Finding>();
        for (ServerCheck server : check.get()) {
            if (server.isTrusted()) continue;
            badNow.add(server.name());
            var subject = Subject.named(server.name());
            if (bad.contains(server.name()) || open.stream().anyMatch(one -> one.subject().equals(subject)))
                server.worst().ifPresent(worst -> found.add(new Finding(subject, now, new Alert.Words("the answers of "
                        + "the DNS server " + server.name() + " may not be trusted: " + worst.meaning(),
                        worst.remedy(), Owner.OURS))));
        }
        bad = badNow;
        return Look.all(found, open);
    }
}
