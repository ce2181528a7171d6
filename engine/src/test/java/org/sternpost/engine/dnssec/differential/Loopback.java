package org.sternpost.engine.dnssec.differential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.DnsServer;
import org.sternpost.lab.dns.Responder;
import org.sternpost.lab.dns.Zone;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The one server on loopback that both judges ask: it knows the root, `test`, and the cases under way.
///
/// It answers as a recursive resolver that does not validate, for that is what the product asks. unbound forwards to
/// it, so that each question of either gets the very same reply; were unbound to ask authoritative servers itself, it
/// would see other messages than the product, and each would be judged by its own forgery.
final class Loopback implements AutoCloseable {

    private final Map<String, Case> cases = new ConcurrentHashMap<>();
    private final SignedZone root;
    private final SignedZone test;
    private final DnsServer server;

    Loopback(Pens pens) throws IOException {
        Keys ofTest = Keys.one(pens.pen(13, 0), Generator.TEST);
        Keys ofRoot = Keys.one(pens.pen(8, 0), Name.root);
        test = zone(Generator.TEST, ofTest, List.of());
        root = zone(Name.root, ofRoot, ofTest.ds());
        var responder = new Responder();
        responder.serve(List.of(new Zone(Name.root, Optional.empty(), DnsFault.NONE,
                Generator.records(Name.root, Generator.head(Name.root)))));
        responder.intercept((query, frame) -> Optional.of(answer(query, frame)));
        server = DnsServer.start(InetAddress.ofLiteral("127.0.0.1"), 0, responder);
    }

    InetSocketAddress address() { return server.address(); }

    /// The root's key as a line of a zone file.
    String trustAnchor() { return root.keys.ds().getFirst() + "\n"; }

    void add(Case one) { cases.put("c" + one.number, one); }

    void remove(Case one) { cases.remove("c" + one.number); }

    @Override
    public void close() throws IOException { server.close(); }

    private static SignedZone zone(Name origin, Keys keys, List<Record> ds) {
        var records = new java.util.ArrayList<>(Generator.records(origin, Generator.head(origin)));
        records.addAll(ds);
        for (Record one : ds)
            records.add(new NSRecord(one.getName(), DClass.IN, Pen.TTL, Name.fromConstantString("ns.test.")));
        return new SignedZone(origin, keys, SignedZone.Plan.GOOD, new Denial.ByName(), records);
    }

    private Message answer(Message query, Message frame) {
        Record question = query.getQuestion();
        if (question == null) return frame;
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RD);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(question, Section.QUESTION);
        answer(question.getName(), question.getType(), reply);
        if (frame.getOPT() != null) reply.addRecord(frame.getOPT(), Section.ADDITIONAL);
        return reply;
    }

    private void answer(Name name, int type, Message reply) {
        int labels = name.labels() - 1;
        if (labels < 2 || !name.subdomain(Generator.TEST)) {
            put(reply, (name.equals(Generator.TEST) && type != Type.DS ? test : root).find(name, type));
            return;
        }
        Case one = cases.get(name.getLabelString(labels - 2).toLowerCase(java.util.Locale.ROOT));
        if (one == null) {
            reply.getHeader().setRcode(Rcode.REFUSED);
            return;
        }
        if (labels > 2 || type != Type.DS)
            one.answer(reply, name, type);
        else
            put(reply, delegation(one, name));
    }

    /// Delegations of `test` come and go with their cases, so each is signed when asked for.
    private Segment delegation(Case one, Name name) {
        SignedZone top = one.world.zone(name);
        List<Record> ds = top.keys.ds();
        if (!ds.isEmpty())
            return new Segment(Rcode.NOERROR, test.signedAside(ds), List.of(), Optional.empty());
        // RFC 4470 §3: a link that names the next possible name only.
        var link = new org.xbill.DNS.NSECRecord(name, DClass.IN, Pen.TTL, Generator.name("\\000", name),
                new int[]{Type.NS, Type.RRSIG, Type.NSEC});
        return new Segment(Rcode.NOERROR, List.of(), test.set(Generator.TEST, Type.SOA), Optional.empty())
                .with(test.signedAside(List.of(link)));
    }

    private static void put(Message reply, Segment said) {
        reply.getHeader().setRcode(said.rcode());
        said.answer().forEach(record -> reply.addRecord(record, Section.ANSWER));
        said.authority().forEach(record -> reply.addRecord(record, Section.AUTHORITY));
    }
}
