package org.sternpost.engine.mx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.time.Time;

/// From a domain to its mail hosts.
public final class MxRoute {

    private static final int HOSTS_MAX = 20; // RFC 5321 §5.1 lets a client limit the alternatives it tries
    private static final int RECORDS_MAX = 200;
    private static final String RULE = "RFC 5321 §5.1";

    private final Resolver resolver;
    private final Time time;

    public MxRoute(Resolver resolver, Time time) {
        this.resolver = resolver;
        this.time = time;
    }

    /// The route of a domain by answers that were checked.
    public MxHosts of(Domain domain, ProofLog proof) {
        var question = new Question(domain, RecordType.MX);
        return read(question, resolver.ask(question, proof), proof);
    }

    /// The route by answers that were not checked, after checked ones failed.
    public MxHosts unchecked(Domain domain, ProofLog proof) {
        var question = new Question(domain, RecordType.MX);
        return read(question, resolver.askUnchecked(question, proof), proof);
    }

    private MxHosts read(Question question, Answer answer, ProofLog proof) {
        Domain domain = question.name();
        return switch (answer) {
            // RFC 7672 §2.1.2: a lookup that fails delays the mail.
            case Answer.Failed failed -> {
                proof.dns(question, answer, "RFC 7672 §2.1.2", "The route is not known now; the mail waits.");
                yield new MxHosts.Failed(failed);
            }
            // RFC 3463 §3.2: X.1.2, the domain of the address does not exist.
            case Answer.NoSuchName none -> {
                proof.dns(question, answer, "RFC 5321 §5.1", "The domain does not exist; no mail can go there.");
                yield new MxHosts.Impossible("5.1.2", domain + " does not exist (MX lookup: NXDOMAIN"
                        + (none.status() == Status.Secure ? ", proven by DNSSEC" : "") + ")");
            }
            case Answer.NoData none -> {
                proof.dns(question, answer, RULE, "No MX: the domain itself is the mail host (implicit MX).");
                yield new MxHosts.Hosts(List.of(new MxHost(domain, 0, true)), none.status(), none.canonical(),
                        none.weakness(), List.of());
            }
            case Answer.Found found -> explicit(question, found, proof);
        };
    }

    private MxHosts explicit(Question question, Answer.Found found, ProofLog proof) {
        List<Rdata.Mx> records = found.of(Rdata.Mx.class);
        // RFC 7505 §3: a single record with the root as its target.
        if (records.size() == 1 && records.getFirst().target().isEmpty()) {
            proof.dns(question, found, "RFC 7505 §3", "Null MX: the domain accepts no mail.");
            return new MxHosts.Impossible("5.1.10", question.name() + " accepts no mail (null MX '0 .')");
        }
        var notes = new ArrayList<String>();
        List<MxHost> hosts = ordered(records, notes);
        if (hosts.isEmpty()) {
            proof.dns(question, found, RULE, "No MX record names a host.");
            // RFC 5321 §5.1: MX records of which none is usable are an error; the domain itself does not stand in.
            return new MxHosts.Impossible("5.4.4", "no MX record of " + question.name() + " names a host: "
                    + String.join("; ", notes));
        }
        proof.dns(question, found, RULE, hosts.size() + (hosts.size() == 1 ? " host" : " hosts") + " by preference.");
        return new MxHosts.Hosts(hosts, found.status(), found.canonical(), found.weakness(), notes);
    }

    private List<MxHost> ordered(List<Rdata.Mx> records, List<String> notes) {
        var shuffled = new ArrayList<>(records.subList(0, Math.min(records.size(), RECORDS_MAX)));
        if (records.size() > RECORDS_MAX)
            notes.add(records.size() - RECORDS_MAX + " MX records after the first " + RECORDS_MAX + " were not read");
        // RFC 5321 §5.1: hosts of the same preference in random order, to spread the load.
        Collections.shuffle(shuffled, java.util.Random.from(time.random()));
        shuffled.sort(Comparator.comparingInt(Rdata.Mx::preference));
        var hosts = new ArrayList<MxHost>();
        for (Rdata.Mx record : shuffled) {
            if (isAddress(record.target())) {
                notes.add("MX target '" + record.target() + "' is an address, not a host name (RFC 5321 §5.1)");
                continue;
            }
            try {
                Domain name = Domain.ofDns(record.target());
                if (hosts.stream().noneMatch(host -> host.name().equals(name)))
                    hosts.add(new MxHost(name, record.preference(), false));
            } catch (IllegalArgumentException bad) {
                notes.add("MX target '" + record.target() + "' is no host name: " + bad.getMessage());
            }
        }
        if (hosts.size() > HOSTS_MAX)
            notes.add(hosts.size() - HOSTS_MAX + " MX hosts after the first " + HOSTS_MAX + " are not tried");
        return hosts.subList(0, Math.min(hosts.size(), HOSTS_MAX));
    }

    private static boolean isAddress(String target) {
        if (target.contains(":")) return true;
        int parts = 1;
        int digits = 0;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '.' && digits > 0) {
                parts++;
                digits = 0;
            } else if (c < '0' || c > '9' || ++digits > 3) return false;
        }
        return parts == 4 && digits > 0;
    }

    /// Where the mail of a domain goes.
    public sealed interface MxHosts {

        /// @param hosts     in the order to try; never empty
        /// @param status    of the MX answer, also when it proved that there is none
        /// @param canonical the domain after its aliases (RFC 7672 §3.2.2)
        /// @param weakness  why it is not secure although its zone is signed
        /// @param notes     what was passed over, one sentence each
        record Hosts(List<MxHost> hosts, Status status, Domain canonical, Optional<Weakness> weakness,
                List<String> notes) implements MxHosts {
            public Hosts {
                hosts = List.copyOf(hosts);
                notes = List.copyOf(notes);
                if (hosts.isEmpty()) throw new IllegalArgumentException("a route has at least one host");
            }
        }

        /// No mail can ever go there.
        ///
        /// @param code permanent enhanced code such as `5.1.10`
        record Impossible(String code, String sentence) implements MxHosts {}

        /// The MX question failed (RFC 7672 §2.1.2).
        record Failed(Answer.Failed answer) implements MxHosts {}

        /// One host of a route.
        ///
        /// @param implicit true if it stands in for MX records that do not exist (RFC 5321 §5.1)
        record MxHost(Domain name, int preference, boolean implicit) {

            /// Reads what [#toString] wrote, for evidence.
            public static MxHost of(String text) {
                String[] parts = text.split(" ", 3);
                return new MxHost(new Domain(parts[1]), Integer.parseInt(parts[0]), parts.length == 3);
            }

            /// `10 mx1.example.org`, as a zone file has it.
            @Override
            public String toString() { return preference + " " + name + (implicit ? " (implicit)" : ""); }
        }
    }
}
