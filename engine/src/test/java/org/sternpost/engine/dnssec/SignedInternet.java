package org.sternpost.engine.dnssec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.dns.Denial;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.dns.DnsServer;
import org.sternpost.lab.dns.Forger;
import org.sternpost.lab.dns.Responder;
import org.sternpost.lab.dns.Zone;
import org.sternpost.lab.dns.ZoneKey;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;

/// A few zones below a signed root, served by one resolver on loopback, and a validator in front of it.
final class SignedInternet implements AutoCloseable {

    static final Denial BY_NAME = new Denial.ByName();

    final SimTime time = new SimTime();
    final ZoneKey key = ZoneKey.generate(DNSSEC.Algorithm.ECDSAP256SHA256, time);
    final AtomicInteger queries = new AtomicInteger();
    private final Map<Name, Plot> plots = new LinkedHashMap<>();
    private final Responder responder = new Responder();
    private final DnsServer server;
    private String anchor = key.trustAnchor() + "\n";
    private Forger forger = (_, honest) -> Optional.of(honest);
    private Optional<Lookup> lookup = Optional.empty();
    private Duration patience = Patience.UNMET;

    private record Plot(Optional<ZoneKey> key, DnsFault fault, Denial denial, List<Record> records, List<Record> ds) {}

    SignedInternet() throws IOException {
        server = DnsServer.start(InetAddress.ofLiteral("127.0.0.1"), 0, responder);
        signed(".", "");
        signed("test", "");
    }

    /// A zone that is signed by the one key, as it should be.
    SignedInternet signed(String origin, String lines) { return zone(origin, key, DnsFault.NONE, BY_NAME, lines); }

    SignedInternet zone(String origin, ZoneKey key, DnsFault fault, Denial denial, String lines) {
        return put(origin, Optional.of(key), fault, denial, lines, List.of(key.vouchFor(name(origin))));
    }

    /// A zone whose parent vouches for it by records of one's own.
    SignedInternet vouched(String origin, ZoneKey key, List<Record> ds, String lines) {
        return put(origin, Optional.of(key), DnsFault.NONE, BY_NAME, lines, ds);
    }

    SignedInternet unsigned(String origin, String lines) {
        return put(origin, Optional.empty(), DnsFault.NONE, BY_NAME, lines, List.of());
    }

    /// Puts someone on the way between the resolver and the validator.
    SignedInternet forge(Forger by) {
        forger = by;
        return this;
    }

    SignedInternet anchors(String lines) {
        anchor = lines;
        return this;
    }

    /// How long an answer may take: for a server that says nothing by design, and for how long a proof may take.
    SignedInternet waits(Duration span) {
        patience = span;
        return this;
    }

    Servers servers() { return new Servers(List.of(server.address()), patience); }

    /// Serves the zones as they stand now.
    Lookup lookup() {
        if (lookup.isEmpty()) {
            responder.serve(zones());
            responder.intercept((query, honest) -> {
                queries.incrementAndGet();
                return forger.forge(query, honest);
            });
            lookup = Optional.of(new LocalValidation(servers(), new ZoneTrustAnchors(anchor), time));
        }
        return lookup.get();
    }

    Answer ask(String name, RecordType type) { return lookup().checked(new Question(Domain.of(name), type)).answer(); }

    /// `Found Secure`, `NoData Insecure`, `Failed Bogus`.
    String seen(String name, RecordType type) {
        Answer answer = ask(name, type);
        return answer.getClass().getSimpleName() + " " + answer.statusWord();
    }

    @Override
    public void close() throws IOException { server.close(); }

    static Name name(String text) { return Name.fromConstantString(text.endsWith(".") ? text : text + "."); }

    /// The lines of a zone file.
    static List<Record> records(String origin, String lines) {
        var records = new ArrayList<Record>();
        var in = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
        try (var master = new Master(in, name(origin), Zone.TTL_SECONDS)) {
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord())
                records.add(record);
        } catch (IOException bad) {
            throw new IllegalArgumentException(bad);
        }
        return records;
    }

    static boolean asks(Message query, String name, int type) {
        return query.getQuestion().getType() == type && query.getQuestion().getName().equals(name(name));
    }

    private SignedInternet put(String origin, Optional<ZoneKey> key, DnsFault fault, Denial denial, String lines,
            List<Record> ds) {
        lookup = Optional.empty();
        plots.put(name(origin), new Plot(key, fault, denial, records(origin, lines), ds));
        return this;
    }

    private List<Zone> zones() {
        var zones = new ArrayList<Zone>();
        plots.forEach((origin, plot) -> {
            var records = new ArrayList<Record>(plot.records());
            var host = name("ns.test");
            records.add(new SOARecord(origin, DClass.IN, 60, host, host, 1, 3600, 600, 86_400, 30));
            records.add(new NSRecord(origin, DClass.IN, 60, host));
            plots.forEach((below, other) -> {
                if (below.labels() > 1 && parent(below).equals(origin)) {
                    records.add(new NSRecord(below, DClass.IN, 60, host));
                    records.addAll(other.ds());
                }
            });
            zones.add(new Zone(origin, plot.key(), plot.fault(), plot.denial(), records));
        });
        return zones;
    }

    private Name parent(Name origin) {
        var above = new Name(origin, 1);
        while (!plots.containsKey(above))
            above = new Name(above, 1);
        return above;
    }
}
