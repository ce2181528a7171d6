package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The zones of one case, seen as through a recursive resolver that does not validate.
record World(Map<Name, SignedZone> zones) {

    static final int ALIASES_MAX = 8;

    /// Sits on the way. It changes what is said of one name, wherever on a chain of aliases that is asked for, so that
    /// one who takes a whole reply and one who asks for the target of each alias anew see the same.
    interface Way {
        Segment changed(Name name, int type, Segment honest);

        Way HONEST = (_, _, honest) -> honest;
    }

    World { zones = Map.copyOf(zones); }

    SignedZone zone(Name origin) { return Optional.ofNullable(zones.get(origin)).orElseThrow(); }

    /// The zone that has the say: for DS the one above the cut (RFC 4035 §3.1.4.1).
    Optional<SignedZone> of(Name name, int type) {
        Name from = type == Type.DS && zones.containsKey(name) ? new Name(name, 1) : name;
        for (Name at = from;; at = new Name(at, 1)) {
            if (zones.containsKey(at)) return Optional.of(zone(at));
            if (at.equals(Name.root)) return Optional.empty();
        }
    }

    Segment find(Name name, int type) { return of(name, type).orElseThrow().find(name, type); }

    /// The names that a question leads over, the one asked for first.
    List<Name> trace(Name name, int type, Way way) {
        var names = new ArrayList<Name>();
        Optional<Name> next = Optional.of(name);
        while (next.isPresent() && names.size() < ALIASES_MAX && of(next.get(), type).isPresent()) {
            names.add(next.get());
            Segment said = way.changed(next.get(), type, find(next.get(), type));
            next = type == Type.CNAME ? Optional.empty() : said.next();
        }
        return names;
    }

    void answer(Message reply, Name asked, int type, Way way) {
        var answer = new LinkedHashSet<Record>();
        var authority = new LinkedHashSet<Record>();
        Name name = asked;
        for (int step = 0; step < ALIASES_MAX; step++) {
            Segment said = way.changed(name, type, find(name, type));
            answer.addAll(said.answer());
            authority.addAll(said.authority());
            reply.getHeader().setRcode(said.rcode());
            if (said.next().isEmpty() || type == Type.CNAME || of(said.next().get(), type).isEmpty()) break;
            name = said.next().get();
        }
        answer.forEach(record -> reply.addRecord(record, Section.ANSWER));
        authority.forEach(record -> reply.addRecord(record, Section.AUTHORITY));
        reply.getHeader().setFlag(Flags.RA);
    }
}
