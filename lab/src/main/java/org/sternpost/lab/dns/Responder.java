package org.sternpost.lab.dns;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Turns a question into an answer, as a resolver would that does not validate.
public final class Responder {
    private static final int ALIASES_MAX = 8;
    private static final int UDP_PAYLOAD_OCTETS = 1232; // DNS flag day 2020: fits every path unfragmented.

    private volatile Map<Name, Zone> zones = Map.of();
    private volatile Forger forger = (_, honest) -> Optional.of(honest);

    /// Replaces all zones at once; one of them must be the root.
    public void serve(Collection<Zone> served) {
        var byOrigin = new HashMap<Name, Zone>();
        served.forEach(zone -> byOrigin.put(zone.origin(), zone));
        if (!byOrigin.containsKey(Name.root)) {
            throw new IllegalArgumentException("no root zone");
        }
        zones = Map.copyOf(byOrigin);
    }

    /// Puts someone on the way of all answers from now on.
    public void intercept(Forger by) { forger = by; }

    /// The answer; empty when the lab is to stay silent.
    Optional<Message> answer(Message query) {
        var reply = new Message(query.getHeader().getID());
        var header = reply.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        header.setOpcode(query.getHeader().getOpcode());
        copyFlag(query, reply, Flags.RD);
        copyFlag(query, reply, Flags.CD);
        Optional<Record> question = Optional.ofNullable(query.getQuestion());
        question.ifPresent(asked -> reply.addRecord(asked, Section.QUESTION));
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            header.setRcode(Rcode.NOTIMP);
        } else if (question.isEmpty()) {
            header.setRcode(Rcode.FORMERR);
        } else if (question.get().getDClass() != DClass.IN) {
            header.setRcode(Rcode.REFUSED);
        } else if (!resolve(question.get().getName(), question.get().getType(), wantsSignatures(query), reply)) {
            return Optional.empty();
        }
        addEdns(query, reply);
        return forger.forge(query, reply);
    }

    static boolean wantsSignatures(Message query) {
        var edns = query.getOPT();
        return edns != null && (edns.getFlags() & ExtendedFlags.DO) != 0;
    }

    /// False when the zone is silent.
    private boolean resolve(Name asked, int type, boolean signatures, Message reply) {
        var name = asked;
        for (int step = 0; step < ALIASES_MAX; step++) {
            var zone = zoneOf(name, type);
            if (zone.fault() == DnsFault.SILENT) {
                return false;
            }
            if (zone.fault().fails(type)) {
                reply.removeAllRecords(Section.ANSWER);
                reply.getHeader().setRcode(Rcode.SERVFAIL);
                return true;
            }
            switch (zone.find(name, type)) {
                case Found.Records(var set, var proof) -> {
                    add(reply, Section.ANSWER, set, signatures);
                    deny(reply, proof, signatures);
                    return true;
                }
                case Found.NoData(var proof) -> {
                    deny(reply, proof, signatures);
                    return true;
                }
                case Found.NoName(var proof) -> {
                    reply.getHeader().setRcode(Rcode.NXDOMAIN);
                    deny(reply, proof, signatures);
                    return true;
                }
                case Found.Alias(var set, var target, var proof) -> {
                    add(reply, Section.ANSWER, set, signatures);
                    deny(reply, proof, signatures);
                    name = target;
                }
                case Found.Redirect(var set, var alias, var target) -> {
                    add(reply, Section.ANSWER, set, signatures);
                    add(reply, Section.ANSWER, alias, signatures);
                    name = target;
                }
            }
        }
        reply.getHeader().setRcode(Rcode.SERVFAIL);
        return true;
    }

    /// The deepest zone that holds the name; for DS the parent's side of the cut (RFC 4035 §3.1.4.1).
    private Zone zoneOf(Name name, int type) {
        var known = zones;
        var at = type == Type.DS && !name.equals(Name.root) ? new Name(name, 1) : name;
        while (true) {
            var zone = known.get(at);
            if (zone != null) {
                return zone;
            }
            at = new Name(at, 1);
        }
    }

    private static void deny(Message reply, List<RRset> proof, boolean signatures) {
        for (var set : proof) {
            if (signatures || set.getType() == Type.SOA) {
                add(reply, Section.AUTHORITY, set, signatures);
            }
        }
    }

    private static void add(Message reply, int section, RRset set, boolean signatures) {
        set.rrs().forEach(record -> reply.addRecord(record, section));
        if (signatures) {
            set.sigs().forEach(record -> reply.addRecord(record, section));
        }
    }

    private static void copyFlag(Message query, Message reply, int flag) {
        if (query.getHeader().getFlag(flag)) {
            reply.getHeader().setFlag(flag);
        }
    }

    private static void addEdns(Message query, Message reply) {
        if (query.getOPT() == null) {
            return;
        }
        var flags = wantsSignatures(query) ? ExtendedFlags.DO : 0;
        // RFC 8914 §4.23: says why, so that an operator sees more than SERVFAIL.
        var failed = reply.getHeader().getRcode() == Rcode.SERVFAIL;
        reply.addRecord(failed
                ? new OPTRecord(UDP_PAYLOAD_OCTETS, 0, 0, flags,
                        new ExtendedErrorCodeOption(ExtendedErrorCodeOption.NETWORK_ERROR, "the lab was told to fail"))
                : new OPTRecord(UDP_PAYLOAD_OCTETS, 0, 0, flags), Section.ADDITIONAL);
    }
}
