package org.sternpost.engine.dnssec;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.dnssec.Absence.Denied;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.dnssec.Zones.ZoneState;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Proves the answer to one question: each alias on the way, and what stands, or does not, at its end.
///
/// Only what is part of the answer is looked at, and only what was looked at is passed on.
final class DnssecProof {

    private static final int ALIASES_MAX = 10; // as Messages follows

    private final Zones zones;
    private final Work work;
    private final Question question;
    private final int type;
    private final DnsReply reply;
    private final Message proven;
    private final Set<Name> names = new HashSet<>();
    private Status status = Status.Secure;
    private Optional<Weakness> weakness = Optional.empty();

    private DnssecProof(Zones zones, Work work, Question question, Name name) throws NoVerdictException {
        this.zones = zones;
        this.work = work;
        this.question = question;
        this.type = question.type().number();
        this.reply = work.ask(name, type);
        this.proven = reply.message().clone();
        for (int section : new int[]{Section.ANSWER, Section.AUTHORITY})
            proven.removeAllRecords(section);
    }

    static Lookup.Reading of(Question question, Zones zones, Work work) throws NoVerdictException {
        Name name = Messages.query(question).getQuestion().getName();
        var first = new DnssecProof(zones, work, question, name);
        Optional<Verdict.Bogus> bogus = first.bogus(name);
        // A zone may have changed its keys, or come into being, since the way to it was learned.
        if (bogus.isEmpty() || !work.mayBeOutdated()) return first.reading(bogus);
        first.names.forEach(zones::forget);
        var second = new DnssecProof(zones, work, question, name);
        return second.reading(second.bogus(name));
    }

    private Lookup.Reading reading(Optional<Verdict.Bogus> bogus) {
        if (bogus.isEmpty())
            return Messages.read(question, reply.says() ? proven : reply.message(), status,
                    weakness, work.now());
        // RFC 4035 §5.5: what validation disproves is never used. Nor is what it can neither prove nor disprove (§4.3).
        boolean unheard = bogus.get().error() == ExtendedErrorCodeOption.DNSSEC_INDETERMINATE;
        return Messages.failed(unheard ? Answer.Kind.Indeterminate : Answer.Kind.Bogus,
                "DNSSEC validation failed (EDE " + bogus.get().error() + " "
                        + ExtendedErrorCodeOption.text(bogus.get().error()) + ": " + bogus.get().why() + ")");
    }

    /// Follows the answer from name to name; empty if nothing on the way is bogus.
    private Optional<Verdict.Bogus> bogus(Name name) throws NoVerdictException {
        if (!reply.says()) return Optional.empty();
        Name at = name;
        for (int step = 0; step <= ALIASES_MAX && names.add(at); step++) {
            Optional<RRset> alias = reply.answer(at, Type.CNAME);
            Optional<RRset> above = reply.aliasAbove(at);
            boolean made = above.isPresent() && alias.filter(set -> set.sigSize() > 0).isEmpty();
            Optional<RRset> owned = made && type == Type.CNAME ? Optional.empty() : reply.answer(at, type);
            if (owned.isPresent()) return taken(owned.get());
            if (made) {
                // RFC 6672 §5.3.1: the alias made from a DNAME is unsigned; it is the DNAME that is proven.
                Optional<Verdict.Bogus> bogus = weigh(set(above.orElseThrow()));
                Optional<CNAMERecord> one = alias(above.orElseThrow(), at);
                if (bogus.isPresent() || one.isEmpty())
                    return bogus.or(() -> Optional.of(new Verdict.Bogus(ExtendedErrorCodeOption.DNSSEC_BOGUS,
                            "the alias above " + name + " leads to no name")));
                proven.addRecord(one.get(), Section.ANSWER);
                if (type == Type.CNAME) return Optional.empty();
                at = one.get().getTarget();
            } else if (alias.isPresent() && alias.get().first() instanceof CNAMERecord cname) {
                Optional<Verdict.Bogus> bogus = taken(alias.get());
                if (bogus.isPresent()) return bogus;
                at = cname.getTarget();
            } else
                return weigh(absent(at));
        }
        // Too many aliases, or a loop of them: the reader of the answer finds no end to it either.
        return Optional.empty();
    }

    /// Proves a set and makes it part of the answer.
    private Optional<Verdict.Bogus> taken(RRset set) throws NoVerdictException {
        Optional<Verdict.Bogus> bogus = weigh(set(set));
        if (bogus.isEmpty()) put(set, Section.ANSWER);
        return bogus;
    }

    /// RFC 4035 §3.2.3: an answer is as secure as its least secure part.
    private Optional<Verdict.Bogus> weigh(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Secure _ -> Optional.empty();
            case Verdict.Insecure(var why) -> {
                status = Status.Insecure;
                weakness = weakness.or(() -> why);
                yield Optional.empty();
            }
            case Verdict.Bogus bogus -> Optional.of(bogus);
        };
    }

    private Verdict set(RRset set) throws NoVerdictException {
        return judged(set.getName(), DnsReply.signers(set), ExtendedErrorCodeOption.RRSIGS_MISSING,
                set.getName() + " " + Type.string(set.getType()) + " bears no signature",
                zone -> inside(zone, set, reply, work));
    }

    private Verdict absent(Name name) throws NoVerdictException {
        Verdict verdict = judged(name, reply.deniers(name), ExtendedErrorCodeOption.NSEC_MISSING,
                "there is no proof that " + name + " " + Type.string(type) + " is absent", zone -> denied(zone, name));
        reply.start(name).ifPresent(start -> put(start, Section.AUTHORITY));
        return verdict;
    }

    private interface Judge {
        Verdict by(ZoneState.Signed zone) throws NoVerdictException;
    }

    /// Looks with the keys of each zone that may have spoken; any that proves it will do (RFC 6840 §5.11).
    private Verdict judged(Name name, Set<Name> speakers, int error, String without, Judge judge)
            throws NoVerdictException {
        Optional<Verdict.Bogus> why = Optional.empty();
        for (Name speaker : speakers)
            switch (zones.enclosing(speaker, work)) {
                case ZoneState.Signed zone when zone.name().equals(speaker) -> {
                    Verdict verdict = judge.by(zone);
                    if (!(verdict instanceof Verdict.Bogus bogus)) return verdict;
                    why = why.or(() -> Optional.of(bogus));
                }
                case ZoneState.Broken(var how) -> why = why.or(() -> Optional.of(how));
                // What encloses the name is looked at below.
                case ZoneState.Unsigned _,ZoneState.Signed _,ZoneState.Inside _,ZoneState.Nowhere _ -> {
                }
            }
        // RFC 4035 §4.3: without a signature it is insecure only where the zone is proven to be unsigned.
        Verdict.Bogus bogus = why.orElse(new Verdict.Bogus(error, without));
        return switch (zones.enclosing(name, work)) {
            case ZoneState.Unsigned(var reason) -> new Verdict.Insecure(reason);
            case ZoneState.Broken(var how) -> how;
            case ZoneState.Signed _,ZoneState.Inside _,ZoneState.Nowhere _ -> bogus;
        };
    }

    /// Whether a zone has signed a set, and, where a wildcard made it, that it was right to (RFC 4035 §5.3.4).
    static Verdict inside(ZoneState.Signed zone, RRset set, DnsReply reply, Work work) throws NoVerdictException {
        return switch (reply.checked(set, zone, work)) {
            case Signatures.Checked.Bad bad -> bad.how();
            case Signatures.Checked.Good good when !good.made() -> new Verdict.Secure();
            // RFC 5155 §8.8: a wildcard stands only for names that do not exist, in whatever kind of answer.
            case Signatures.Checked.Good good -> verdict(
                    Absence.of(zone, reply, work).closer(set.getName(), good.by().getLabels()));
        };
    }

    private Verdict denied(ZoneState.Signed zone, Name name) throws NoVerdictException {
        Absence absence = Absence.of(zone, reply, work);
        if (reply.rcode() == Rcode.NXDOMAIN) {
            Denied nobody = absence.name(name);
            // RFC 8020 §2: some servers deny the name where only the type is absent, which is less.
            if (!(nobody instanceof Denied.Unproven)
                    || !(absence.type(name, type) instanceof Denied.Proven))
                return verdict(nobody);
            proven.getHeader().setRcode(Rcode.NOERROR);
            return new Verdict.Secure();
        }
        return verdict(absence.type(name, type));
    }

    private static Verdict verdict(Denied denied) {
        return switch (denied) {
            case Denied.Proven _ -> new Verdict.Secure();
            case Denied.Open(var how) -> how;
            case Denied.Unproven(var how) -> how;
        };
    }

    /// The alias that follows from one above, living as long as that.
    private Optional<CNAMERecord> alias(RRset above, Name name) {
        try {
            return above.first() instanceof DNAMERecord dname
                    ? Optional.of(new CNAMERecord(name, DClass.IN, Messages.lives(above, work.now()).toSeconds(),
                            name.fromDNAME(dname)))
                    : Optional.empty();
        } catch (NameTooLongException tooLong) {
            return Optional.empty();
        }
    }

    /// With its signatures, for they say how long the set lives.
    private void put(RRset set, int section) {
        set.rrs(false).forEach(record -> proven.addRecord(record, section));
        set.sigs().forEach(record -> proven.addRecord(record, section));
    }

    /// What follows for one set of records, or for one absence.
    sealed interface Verdict {

        /// Proven by a chain from a trust anchor (RFC 4035 §4.3).
        record Secure() implements Verdict {}

        /// Proven to be without a proof.
        ///
        /// @param why a zone is signed and yet proves nothing; empty where none is signed
        record Insecure(Optional<Weakness> why) implements Verdict {}

        /// There should be a proof and there is none (RFC 4035 §4.3).
        ///
        /// @param error the number of its kind (RFC 8914 §4)
        /// @param why   a sentence about the records
        record Bogus(int error, String why) implements Verdict {}
    }
}
