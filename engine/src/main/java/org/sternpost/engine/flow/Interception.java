package org.sternpost.engine.flow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sternpost.engine.trust.Reason;

/// The same fault of TLS at hosts that have nothing to do with each other: something on the way makes it, and that
/// is our own network's (docs/transport-security.md#own-network).
///
/// @param hosts   that show it, by name
/// @param domains whose mail goes there
/// @param issuer  of the certificates that stand in for theirs; empty text where TLS is missing
public record Interception(Kind kind, List<String> hosts, List<String> domains, String issuer) {

    private static final int UNRELATED_MIN = 5;
    private static final int SHARE_MIN = 20; // one host in so many of those seen meanwhile

    /// Below which countries give names to others. A name that is just as short may be an operator's own, as gmx.de is.
    private static final Set<String> SECOND_LEVELS = Set.of("co", "com", "net", "org", "gov", "ac", "edu", "or", "ne",
            "go", "gob", "gouv", "gv");

    /// What is alike.
    public enum Kind {
        /// STARTTLS is not offered where it was, or where it is promised.
        NoTls(Set.of(Reason.STARTTLS_NOT_SUPPORTED)),
        /// Certificates have one issuer that nobody here trusts and no DANE proves.
        OneIssuer(Set.of(Reason.TLSA_INVALID, Reason.CERTIFICATE_NOT_TRUSTED, Reason.CERTIFICATE_HOST_MISMATCH,
                Reason.CERTIFICATE_EXPIRED, Reason.VALIDATION_FAILURE));

        private final Set<Reason> reasons;

        Kind(Set<Reason> reasons) { this.reasons = reasons; }

        /// True if mail fails by this for such a reason.
        public boolean explains(Reason reason) { return reasons.contains(reason); }
    }

    /// What the latest sights of all hosts come to.
    static List<Interception> among(List<SeenHost> seen) {
        Map<String, List<SeenHost>> sights = seen.stream()
                .collect(Collectors.groupingBy(SeenHost::host, TreeMap::new, Collectors.toList()));
        List<SeenHost> latest = sights.values().stream()
                .map(all -> all.stream().max(Comparator.comparing(one -> one.sight().last())).orElseThrow()).toList();
        var found = new ArrayList<Interception>();
        Predicate<SeenHost> isExpected = one -> one.promised()
                || sights.getOrDefault(one.host(), List.of()).stream().anyMatch(SeenHost::tls);
        List<SeenHost> bare = latest.stream().filter(one -> !one.tls() && isExpected.test(one)).toList();
        if (isOurs(bare, latest)) found.add(of(Kind.NoTls, bare, sights, ""));
        Set<String> real = sources(seen, one -> one.certificate().anchored() || one.certificate().proven());
        Set<String> told = sources(seen, one -> !one.certificate().alone());
        latest.stream().filter(SeenHost::tls).filter(one -> !real.contains(source(one)) && told.contains(source(one)))
                .collect(Collectors.groupingBy(Interception::source, TreeMap::new, Collectors.toList())).values()
                .stream().filter(alike -> isOurs(alike, latest))
                .forEach(
                        alike -> found.add(of(Kind.OneIssuer, alike, sights, alike.getFirst().certificate().issuer())));
        return List.copyOf(found);
    }

    /// Who made certificates like these. An authority that is trusted or proven anywhere is no proxy of ours, and a
    /// host that leaves its intermediate out has no path: only where somebody shows the issuer is it known for one.
    private static Set<String> sources(List<SeenHost> seen, Predicate<SeenHost> like) {
        return seen.stream().filter(SeenHost::tls).filter(like).map(Interception::source).collect(Collectors.toSet());
    }

    /// Who made a certificate. Of many that sign themselves under one name each is its own; one that several hosts show
    /// is not.
    private static String source(SeenHost one) {
        SeenHost.Shown shown = one.certificate();
        return shown.issuer().equals(shown.subject()) ? "certificate " + shown.sha256() : shown.issuer();
    }

    private static Interception of(Kind kind, List<SeenHost> alike, Map<String, List<SeenHost>> sights, String issuer) {
        var domains = new TreeSet<String>();
        for (SeenHost one : alike)
            sights.getOrDefault(one.host(), List.of()).forEach(sight -> domains.add(sight.domain()));
        return new Interception(kind, alike.stream().map(SeenHost::host).toList(), List.copyOf(domains), issuer);
    }

    /// Five that are unrelated, and not just the worst of very many: of two thousand hosts some are always in disorder.
    private static boolean isOurs(List<SeenHost> alike, List<SeenHost> latest) {
        int unrelated = unrelated(alike);
        if (unrelated < UNRELATED_MIN) return false;
        Instant since = alike.stream().map(one -> one.sight().last()).min(Comparator.naturalOrder()).orElseThrow();
        return unrelated * SHARE_MIN >= unrelated(latest.stream()
                .filter(one -> !one.sight().last().isBefore(since)).toList());
    }

    /// Into how many groups hosts fall that share neither an owner by name nor a network.
    private static int unrelated(Collection<SeenHost> hosts) {
        var groups = new HashMap<String, String>(); // to another of the same group, or itself
        for (SeenHost one : hosts) {
            String owner = root(groups, "name " + owner(one.host()));
            if (!one.address().isEmpty()) groups.put(root(groups, "net " + network(one.address())), owner);
        }
        return (int) groups.keySet().stream().map(one -> root(groups, one)).distinct().count();
    }

    private static String root(Map<String, String> groups, String of) {
        String root = of;
        for (String next = groups.computeIfAbsent(root, one -> one); !next.equals(root); next = groups.get(root))
            root = next;
        return root;
    }

    /// The name below which a host's operator gives names: its last two labels, or three where the second is one that
    /// countries have, as in `example.co.uk`.
    private static String owner(String host) {
        String[] labels = host.split("\\.", -1);
        int last = labels.length - 1;
        if (last < 2) return host;
        boolean ofCountry = labels[last].length() == 2 && SECOND_LEVELS.contains(labels[last - 1]);
        return String.join(".", List.of(labels).subList(last - (ofCountry ? 2 : 1), last + 1));
    }

    /// 24 bits of IPv4, 48 of IPv6; an address of this machine stands for itself.
    private static String network(String address) {
        if (address.startsWith("127.")) return address;
        int zone = address.indexOf('%');
        String literal = zone < 0 ? address : address.substring(0, zone);
        int parts = 3;
        int end = -1;
        char separator = literal.indexOf(':') >= 0 ? ':' : '.';
        for (int i = 0; i < parts; i++) {
            int next = literal.indexOf(separator, end + 1);
            if (next < 0) return literal;
            end = next;
        }
        return literal.substring(0, end);
    }
}
