package org.sternpost.engine.dnssec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dnssec.DnssecProof.Verdict;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.dnssec.Zones.ZoneState;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What the signed records of one zone in one reply say about what is not there (RFC 4035 §5.4).
sealed interface Absence permits Absence.NamesAbsent, HashesAbsent, Absence.NothingAbsent {

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

    /// Absence by names in canonical order (RFC 4035 §5.4): each NSEC record names the next name of its zone.
    record NamesAbsent(ZoneState.Signed zone, List<NSECRecord> records) implements Absence {

        static NamesAbsent of(ZoneState.Signed zone, List<Record> signed) {
            return new NamesAbsent(zone,
                    signed.stream().filter(NSECRecord.class::isInstance).map(NSECRecord.class::cast)
                            .filter(record -> record.getNext().subdomain(zone.name())).toList());
        }

        @Override
        public Denied type(Name name, int type) {
            Optional<NSECRecord> there = at(name);
            if (there.isPresent()) return Absence.byTypes(there.get()::hasType, name, type);
            Optional<NSECRecord> gap = gap(name);
            if (gap.isEmpty()) return Absence.missing(name);
            // RFC 4035 §3.1.3.1, RFC 4592 §2.2.2: a name with names below it exists, and has no records.
            if (gap.get().getNext().subdomain(name)) return new Denied.Proven(false);
            // RFC 4035 §5.4: the name does not exist, and the wildcard that stands for it lacks the type.
            Name wildcard = Absence.wildcard(encloser(name, gap.get()));
            return at(wildcard).map(record -> Absence.byTypes(record::hasType, wildcard, type))
                    .orElseGet(() -> Absence.missing(wildcard));
        }

        @Override
        public Denied name(Name name) {
            Optional<NSECRecord> gap = gap(name).filter(record -> !record.getNext().subdomain(name));
            if (gap.isEmpty()) return Absence.missing(name);
            Name wildcard = Absence.wildcard(encloser(name, gap.get()));
            return gap(wildcard).filter(record -> !record.getNext().subdomain(wildcard)).isPresent()
                    ? new Denied.Proven(false)
                    : Absence.missing(wildcard);
        }

        @Override
        public Denied closer(Name name, int labels) {
            Optional<NSECRecord> gap = gap(name).filter(record -> !record.getNext().subdomain(name));
            return gap.isPresent() && encloser(name, gap.get()).labels() - 1 <= labels
                    ? new Denied.Proven(false)
                    : Absence.missing(name);
        }

        private Optional<NSECRecord> at(Name name) {
            return records.stream().filter(record -> record.getName().equals(name)).findFirst();
        }

        /// The record whose gap the name falls into.
        private Optional<NSECRecord> gap(Name name) {
            return records.stream().filter(record -> covers(record, name))
                    .filter(record -> !name.subdomain(record.getName()) || !Absence.endsThere(record::hasType))
                    .findFirst();
        }

        private boolean covers(NSECRecord record, Name name) {
            boolean after = record.getName().compareTo(name) < 0;
            boolean before = name.compareTo(record.getNext()) < 0;
            // RFC 4034 §4.1.1: the last record names the first.
            boolean last = record.getName().compareTo(record.getNext()) >= 0;
            return name.subdomain(zone.name()) && (last ? after || before : after && before);
        }

        /// RFC 5155 §1.3: the longest end of the name that exists; both ends of the gap show it.
        private static Name encloser(Name name, NSECRecord gap) {
            for (int labels = name.labels() - 2; labels > 0; labels--) {
                Name end = Absence.suffix(name, labels);
                if (gap.getName().subdomain(end) || gap.getNext().subdomain(end)) return end;
            }
            return Name.root;
        }
    }
}
