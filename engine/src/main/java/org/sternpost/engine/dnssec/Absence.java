package org.sternpost.engine.dnssec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What the signed records of one zone in one reply say about what is not there (RFC 4035 §5.4).
sealed interface Absence permits NamesAbsent, HashesAbsent, Absence.NothingAbsent {

    /// What they come to.
    sealed interface Denied {
        /// @param delegation the name is where a zone begins, and nobody vouches for that zone's keys
        record Proven(boolean delegation) implements Denied {}

        /// The zone leaves it open, and says so itself.
        record Open(Verdict.Insecure how) implements Denied {}

        record Unproven(Verdict.Bogus how) implements Denied {}

        /// The one that says more.
        default Denied or(Denied other) {
            return switch (this) {
                case Proven _ -> this;
                case Open _ -> other instanceof Proven ? other : this;
                case Unproven _ -> other;
            };
        }
    }

    /// The name exists and has no records of the type.
    Denied type(Name name, int type) throws NoVerdictException;

    /// The name does not exist, nor a wildcard that could stand for it.
    Denied name(Name name) throws NoVerdictException;

    /// The name does not exist, nor one that is closer to it than the wildcard with so many labels (RFC 4035 §5.3.4).
    Denied closer(Name name, int labels) throws NoVerdictException;

    /// The records of a reply that the zone has signed.
    static Absence of(ZoneState.Signed zone, DnsReply reply, Work work) throws NoVerdictException {
        Signed names = signed(Type.NSEC, zone, reply, work);
        if (!names.records().isEmpty()) return NamesAbsent.of(zone, names.records());
        Signed hashes = signed(Type.NSEC3, zone, reply, work);
        if (!hashes.records().isEmpty()) return HashesAbsent.of(zone, hashes.records(), work);
        return new NothingAbsent(names.flaw().or(hashes::flaw));
    }

    /// RFC 4035 §5.4, RFC 5155 §8.5: what a record that matches a name says of a type there.
    static Denied byTypes(TypeBits bits, Name name, int type) {
        if (bits.has(type) || bits.has(Type.CNAME))
            return unproven("the proof that " + name + " " + Type.string(type) + " is absent says that it exists");
        boolean delegation = bits.has(Type.NS) && !bits.has(Type.SOA);
        // RFC 4035 §5.2: that nobody vouches for a zone is for the zone above to say.
        if (type == Type.DS && bits.has(Type.SOA) && !name.equals(Name.root))
            return unproven("the zone " + name + " itself says that nobody vouches for it");
        // RFC 6840 §4.1 and §4.4: of what lies beyond a delegation the zone above says nothing.
        if (type != Type.DS && delegation) return unproven("the zone above " + name + " cannot deny what is in it");
        return new Denied.Proven(delegation);
    }

    /// RFC 6840 §4.1: a record at a delegation or alias says nothing of the names below it.
    static boolean endsThere(TypeBits bits) { return bits.has(Type.NS) && !bits.has(Type.SOA) || bits.has(Type.DNAME); }

    /// The types at a name.
    interface TypeBits {
        boolean has(int type);
    }

    static Denied unproven(String why) {
        return new Denied.Unproven(new Verdict.Bogus(ExtendedErrorCodeOption.NSEC_MISSING, why));
    }

    static Denied missing(Name name) { return unproven("there is no proof that " + name + " is absent"); }

    /// The end of a name with so many labels, without the root.
    static Name suffix(Name name, int labels) { return new Name(name, name.labels() - 1 - labels); }

    /// The wildcard right below a name (RFC 4592 §2.1.1).
    static Name wildcard(Name encloser) {
        try {
            return Name.concatenate(Name.fromConstantString("*"), encloser);
        } catch (NameTooLongException tooLong) {
            throw new IllegalStateException("a longer name was asked for", tooLong);
        }
    }

    /// @param flaw of the signatures that do not hold, if any
    record Signed(List<Record> records, Optional<Verdict.Bogus> flaw) {}

    /// What the zone has signed under its own name: no wildcard makes a proof (RFC 4035 §2.3).
    private static Signed signed(int type, ZoneState.Signed zone, DnsReply reply, Work work) throws NoVerdictException {
        var signed = new ArrayList<Record>();
        Optional<Verdict.Bogus> flaw = Optional.empty();
        for (RRset set : reply.denials(type))
            switch (reply.checked(set, zone, work)) {
                case Signatures.Checked.Good good when !good.made() -> signed.addAll(set.rrs(false));
                case Signatures.Checked.Good _ -> {
                }
                case Signatures.Checked.Bad bad -> flaw = flaw.or(() -> Optional.of(bad.how()));
            }
        return new Signed(signed, flaw);
    }

    /// No record to go by.
    record NothingAbsent(Optional<Verdict.Bogus> flaw) implements Absence {

        @Override
        public Denied type(Name name, int type) { return nothing(name); }

        @Override
        public Denied name(Name name) { return nothing(name); }

        @Override
        public Denied closer(Name name, int labels) { return nothing(name); }

        private Denied nothing(Name name) { return flaw.<Denied>map(Denied.Unproven::new).orElse(missing(name)); }
    }
}
