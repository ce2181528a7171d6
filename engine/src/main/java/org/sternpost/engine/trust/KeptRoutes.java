package org.sternpost.engine.trust;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.trust.HostJudge.Refinements;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;

/// Judgements while all that they rest on holds, so that the second message to a domain is judged by a look at them.
///
/// A judgement ends with the first of the answers it was made of, and with a change of anything else it was made of
/// ([Basis]). Where a question failed, or a policy was odd, nothing is kept.
final class KeptRoutes {

    private static final int ROUTES_MAX = 20_000;

    private final Map<Key, Kept> routes = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) { return size() > ROUTES_MAX; }
    };

    /// What was asked.
    ///
    /// @param requiring TLS, because the message does (RFC 8689)
    record Key(String connector, TlsValidation mode, boolean requiring, Domain domain) {}

    /// What it was judged by beside answers of the DNS.
    ///
    /// @param listeners of this gateway, which is no next hop of itself
    /// @param policies  those held of the domains whose policies count
    record Basis(OutboundConnector connector, Refinements modes, List<InetSocketAddress> listeners,
            List<Optional<HeldPolicy>> policies) {}

    /// @param from when it was judged; if that is yet to come, the clock was set back, and nobody knows how old it is
    private record Kept(Basis basis, JudgedRoute route, Instant from, Instant until) {
        boolean holds(Instant now) { return !now.isBefore(from) && now.isBefore(until); }
    }

    synchronized Optional<JudgedRoute> find(Key key, Basis basis, Instant now) {
        return Optional.ofNullable(routes.get(key))
                .filter(kept -> kept.holds(now) && kept.basis().equals(basis)).map(Kept::route);
    }

    synchronized void keep(Key key, Basis basis, JudgedRoute route, Instant until, Instant now) {
        if (now.isBefore(until)) routes.put(key, new Kept(basis, route, now, until));
        else
            routes.remove(key);
    }

    /// RFC 5321 §5.1: hosts of the same preference in random order, for each message anew.
    static JudgedRoute shuffled(JudgedRoute route, RandomGenerator random) {
        if (!(route instanceof JudgedRoute.Hosts(var policyDomain, var hosts, var problem))) return route;
        List<HostJudgement> order = new ArrayList<>(hosts);
        int from = 0;
        for (int to = 1; to <= order.size(); to++)
            if (to == order.size() || order.get(to).preference() != order.get(from).preference()) {
                if (to - from > 1) Collections.shuffle(order.subList(from, to), Random.from(random));
                from = to;
            }
        return order.equals(hosts) ? route : new JudgedRoute.Hosts(policyDomain, order, problem);
    }
}
