package org.sternpost.engine.dane;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.AddressLookup.HostAddresses;

/// Finds the TLSA base name of a host and the records there (RFC 7672 §2.2.2 and §2.2.3).
public final class TlsaSearch {

    private final Resolver resolver;

    public TlsaSearch(Resolver resolver) { this.resolver = resolver; }

    /// @param addresses of the host; their status decides whether TLSA records may be asked for
    public TlsaLookup of(Domain host, int port, HostAddresses addresses, ProofLog proof) {
        if (addresses.failure().isPresent())
            return new TlsaLookup.Failed(host, "A, AAAA", addresses.failure().get());
        if (addresses.list().isEmpty()) return new TlsaLookup.NotAsked(host + " has no address");
        boolean alias = !addresses.canonical().equals(host);
        return switch (addresses.status()) {
            // RFC 7672 §2.2.2: a secure alias may point into an insecure zone; its own status decides.
            // And no question at all without one, since servers of unsigned zones may fail on it.
            case Insecure -> alias
                    ? atAlias(host, port, addresses.weakness(), proof)
                    : new TlsaLookup.NotAsked("the addresses of " + host + addresses.weakness()
                            .map(why -> " are signed in a way that proves nothing: " + why.sentence())
                            .orElse(" are not signed") + " (RFC 7672 §2.2.2)", addresses.weakness());
            case Secure -> switch (at(addresses.canonical(), port, proof)) {
                case TlsaLookup.Found found -> found;
                // RFC 7672 §2.2.3: the expanded name first, the original if there is nothing; an error stops.
                case TlsaLookup.Failed failed -> failed;
                case TlsaLookup.Absent absent -> alias ? at(host, port, proof) : absent;
                case TlsaLookup.NotAsked none -> alias ? at(host, port, proof) : none;
            };
        };
    }

    /// Names that a certificate under a DANE-TA record may have (RFC 7672 §3.2.2).
    ///
    /// @param nextHop          the recipient's domain or the smart host
    /// @param nextHopCanonical the same after its aliases
    /// @param mxSecure         whether the step from the next hop to the host is proven
    public static List<Domain> referenceNames(Domain base, Domain host, Domain nextHop, Domain nextHopCanonical,
            boolean mxSecure) {
        Set<Domain> names = new LinkedHashSet<>(List.of(base));
        names.add(host);
        if (mxSecure)
            names.addAll(List.of(nextHop).equals(List.of(nextHopCanonical))
                    ? List.of(nextHop)
                    : List.of(nextHop, nextHopCanonical));
        return List.copyOf(names);
    }

    /// Of the records below a base name (RFC 6698 §3).
    ///
    /// @throws IllegalArgumentException if it would be too long
    public static Domain name(Domain base, int port) { return new Domain("_" + port + "._tcp." + base.ascii()); }

    /// @param behind why the addresses that the alias leads to prove nothing, where their zone is signed
    private TlsaLookup atAlias(Domain host, int port, Optional<Weakness> behind, ProofLog proof) {
        var question = new Question(host, RecordType.CNAME);
        Answer answer = resolver.ask(question, proof);
        boolean secure = answer instanceof Answer.Found found && found.status() == Status.Secure;
        proof.dns(question, answer, "RFC 7672 §2.2.2", secure
                ? "The alias itself is signed: TLSA records at its name are usable."
                : "The alias is not proven: no DANE for this host.");
        return switch (answer) {
            case Answer.Failed failed -> new TlsaLookup.Failed(question.name(), question.type().name(), failed);
            case Answer.Found _ when secure -> at(host, port, proof);
            case Answer.Found _,Answer.NoData _,Answer.NoSuchName _ ->
                unproven(host, answer.unproven().or(() -> behind));
        };
    }

    private static TlsaLookup unproven(Domain alias, Optional<Weakness> weakness) {
        return new TlsaLookup.NotAsked("neither the alias " + alias + " nor its addresses are signed"
                + weakness.map(why -> " in a way that proves anything: " + why.sentence()).orElse("")
                + " (RFC 7672 §2.2.2)", weakness);
    }

    private TlsaLookup at(Domain base, int port, ProofLog proof) {
        Question question;
        try {
            question = new Question(name(base, port), RecordType.TLSA);
        } catch (IllegalArgumentException tooLong) {
            return new TlsaLookup.NotAsked("_" + port + "._tcp." + base + " is too long for a name");
        }
        Answer answer = resolver.ask(question, proof);
        TlsaLookup result = switch (answer) {
            case Answer.Failed failed -> new TlsaLookup.Failed(question.name(), question.type().name(), failed);
            // RFC 7672 §2.2: insecure records are as good as none.
            case Answer.Found found when found.status() == Status.Insecure ->
                new TlsaLookup.Absent(Status.Insecure, base, found.weakness());
            case Answer.Found found -> new TlsaLookup.Found(base, found.of(Rdata.Association.class).stream()
                    .map(r -> new Tlsa(r.usage(), r.selector(), r.matchingType(), r.data()))
                    .map(TlsaLookup.Judged::of).toList());
            case Answer.NoData none -> new TlsaLookup.Absent(none.status(), base, none.weakness());
            case Answer.NoSuchName none -> new TlsaLookup.Absent(none.status(), base, none.weakness());
        };
        proof.dns(question, answer, "RFC 7672 §2.2", switch (result) {
            case TlsaLookup.Found found when found.usable().isEmpty() ->
                "No record is usable: TLS is required, the host cannot be authenticated.";
            case TlsaLookup.Found found -> found.usable().size() + " of " + found.records().size()
                    + " records count: the certificate must match one.";
            case TlsaLookup.Absent absent -> absent.status() == Status.Secure
                    ? "No DANE at " + base + ", proven."
                    : absent.weakness().map(why -> "Proves nothing").orElse("Not signed") + ": no DANE at " + base
                            + ".";
            case TlsaLookup.Failed _ -> "The host may not be used: a failure is no proof of absence.";
            case TlsaLookup.NotAsked none -> none.why();
        });
        return result;
    }

    /// What became of the search for TLSA records of one host.
    public sealed interface TlsaLookup {

        /// Secure records, usable or not (RFC 7672 §2.2).
        ///
        /// @param base the name they were found at, without `_25._tcp.`: the first reference name and the SNI
        record Found(Domain base, List<Judged> records) implements TlsaLookup {
            public Found {
                records = List.copyOf(records);
                if (records.isEmpty()) throw new IllegalArgumentException("found no record");
            }

            /// The records that count; empty when none is usable.
            public List<Tlsa> usable() {
                return Tlsa.strongest(
                        records.stream().filter(Judged::isUsable).map(Judged::record).toList());
            }

            /// Usable records that do not count, because one with a stronger digest stands beside them (RFC 7671 §9).
            public List<Tlsa> outweighed() {
                List<Tlsa> counting = usable();
                return records.stream().filter(Judged::isUsable).map(Judged::record)
                        .filter(record -> !counting.contains(record)).toList();
            }
        }

        /// One record, and why it cannot be used if so.
        record Judged(Tlsa record, Optional<String> unusable) {

            public boolean isUsable() { return unusable.isEmpty(); }

            public static Judged of(Tlsa record) { return new Judged(record, record.problem()); }

            @Override
            public String toString() { return record + unusable.map(why -> " unusable: " + why).orElse(""); }
        }

        /// No TLSA records that DNSSEC proves: DANE says nothing of this host.
        ///
        /// @param status   secure: their absence is proven; insecure: whatever is there proves nothing
        /// @param weakness why they prove nothing although the zone is signed
        record Absent(Status status, Domain at, Optional<Weakness> weakness) implements TlsaLookup {
            public Absent(Status status, Domain at) { this(status, at, Optional.empty()); }
        }

        /// A rule forbids the question: the addresses are insecure (RFC 7672 §2.2.2).
        ///
        /// @param weakness why they are insecure although their zone is signed
        record NotAsked(String why, Optional<Weakness> weakness) implements TlsaLookup {
            public NotAsked(String why) { this(why, Optional.empty()); }
        }

        /// Why a signed zone proves nothing here.
        default Optional<Weakness> unproven() {
            return switch (this) {
                case Absent absent -> absent.weakness();
                case NotAsked none -> none.weakness();
                case Found _,Failed _ -> Optional.empty();
            };
        }

        /// The question failed, so the host may not be used (RFC 7672 §2.1.2).
        record Failed(Domain name, String types, Answer.Failed answer) implements TlsaLookup {}
    }
}
