package org.sternpost.engine.dnssec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.dnssec.Zones.ZoneState;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One reply as sets of records with their signatures. Nothing in it is true until a zone's key says so.
final class DnsReply {

    private static final int SIGNERS_MAX = 4; // of one set: the zone, and whatever stands beside it

    private final Message message;
    private final Map<Key, RRset> answer;
    private final Map<Key, RRset> authority;
    private final Map<RRset, Map<Name, Signatures.Checked>> checked = new IdentityHashMap<>();

    private record Key(Name name, int type) {}

    DnsReply(Message message) {
        this.message = message;
        this.answer = sets(message.getSection(Section.ANSWER));
        this.authority = sets(message.getSection(Section.AUTHORITY));
    }

    Message message() { return message; }

    int rcode() { return message.getRcode(); }

    /// True if it answers or denies at all.
    boolean says() {
        return message.getHeader().getFlag(Flags.QR) && !message.getHeader().getFlag(Flags.TC)
                && (rcode() == Rcode.NOERROR || rcode() == Rcode.NXDOMAIN);
    }

    Optional<RRset> answer(Name name, int type) { return Optional.ofNullable(answer.get(new Key(name, type))); }

    /// The alias that a name above has for all that is below it (RFC 6672 §2.2).
    Optional<RRset> aliasAbove(Name name) {
        return answer.values().stream().filter(set -> set.getType() == Type.DNAME)
                .filter(set -> name.subdomain(set.getName()) && !name.equals(set.getName()))
                .max(Comparator.comparingInt(set -> set.getName().labels()));
    }

    /// The sets of a type that say what is not there.
    List<RRset> denials(int type) { return authority.values().stream().filter(set -> set.getType() == type).toList(); }

    /// The start of a zone that holds the name.
    Optional<RRset> start(Name name) {
        return denials(Type.SOA).stream().filter(set -> name.subdomain(set.getName()))
                .max(Comparator.comparingInt(set -> set.getName().labels()));
    }

    /// The zones that may have denied something of the name, the deepest first.
    Set<Name> deniers(Name name) {
        var sets = new ArrayList<RRset>();
        for (int type : new int[]{Type.NSEC, Type.NSEC3, Type.SOA})
            sets.addAll(denials(type));
        return signers(sets, name);
    }

    /// RFC 4035 §5.3.1: the zones that may have signed the set, the deepest first.
    static Set<Name> signers(RRset set) { return signers(List.of(set), set.getName()); }

    private static Set<Name> signers(List<RRset> sets, Name name) {
        var signers = new TreeSet<Name>(Comparator.comparingInt(Name::labels).reversed());
        sets.stream().flatMap(set -> set.sigs().stream()).map(RRSIGRecord::getSigner).filter(name::subdomain)
                .limit(SIGNERS_MAX * Work.SIGNATURES_MAX).forEach(signers::add);
        while (signers.size() > SIGNERS_MAX)
            signers.pollLast();
        return signers;
    }

    /// The set's signature of the zone, looked for once.
    Signatures.Checked checked(RRset set, ZoneState.Signed zone, Work work) throws NoVerdictException {
        Map<Name, Signatures.Checked> known = checked.computeIfAbsent(set, _ -> new HashMap<>());
        Signatures.Checked before = known.get(zone.name());
        if (before != null) return before;
        Signatures.Checked now = Signatures.check(set, zone, work);
        known.put(zone.name(), now);
        return now;
    }

    private static Map<Key, RRset> sets(List<Record> records) {
        var sets = new LinkedHashMap<Key, RRset>();
        for (Record record : records)
            if (record.getDClass() == DClass.IN && !(record instanceof RRSIGRecord))
                sets.computeIfAbsent(new Key(record.getName(), record.getType()), _ -> new RRset()).addRR(record);
        for (Record record : records)
            if (record instanceof RRSIGRecord signature && record.getDClass() == DClass.IN) {
                RRset set = sets.get(new Key(signature.getName(), signature.getTypeCovered()));
                if (set != null) set.addRR(signature);
            }
        return sets;
    }
}
