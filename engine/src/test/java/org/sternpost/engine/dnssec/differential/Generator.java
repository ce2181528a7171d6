package org.sternpost.engine.dnssec.differential;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.lab.dns.Denial;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;

/// Makes cases: the same for the same seed and number, and each by itself.
///
/// A case has zones of its own, so that what a resolver remembers of one case cannot matter to another:
/// `cN.test`, below it the zone in question `z`, `u` without signatures, `o` signed as it should be, and `sub.z`.
final class Generator {

    static final Name TEST = Name.fromConstantString("test.");

    private static final List<Integer> ITERATIONS = List.of(0, 0, 0, 0, 0, 0, 1, 5, 10, 100, 100, 101, 150, 500);
    private static final List<String> SALTS = List.of("", "", "ab", "aabbccdd", "00".repeat(255));
    private static final String TLSA = " TLSA 3 1 1 ";
    private static final String DIGEST = "8cb0fc6c527506a053f4f14c8464bebbd6dede2738d11468dd953d7d6a3021f1";
    private static final List<String> WILDCARDS = List.of("* A 127.0.0.9", "* TXT wild", "* CNAME @", "* CNAME @",
            "* CNAME mx", "* CNAME mx.u.%s", "* CNAME mx.o.%s", "* CNAME nothing", "*.w CNAME mx.u.%s",
            "*.w A 127.0.0.9", "*._tcp.mx" + TLSA + DIGEST, "*._tcp.mx CNAME _25._tcp.mx.u.%s",
            "*._tcp.mx CNAME _25._tcp.mx.o.%s");

    private final long seed;
    private final Pens pens;

    Generator(long seed) {
        this.seed = seed;
        this.pens = new Pens(seed);
    }

    Pens pens() { return pens; }

    static Name name(String labels, Name below) {
        try {
            return Name.concatenate(Name.fromConstantString(labels), below);
        } catch (NameTooLongException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Case make(int number) {
        var random = new SplittableRandom(seed * 1_000_003 + number);
        var about = new ArrayList<String>();
        Name top = name("c" + number, TEST);
        Name origin = name("z", top);
        var zones = new LinkedHashMap<Name, SignedZone>();
        zone(zones, name("o", top), Keys.one(pens.pen(13, 3), name("o", top)), SignedZone.Plan.GOOD,
                new Denial.ByName(), others(top));
        zone(zones, name("u", top), Keys.none(), SignedZone.Plan.GOOD, new Denial.ByName(), others(top));
        below(zones, origin, random, about);

        Forgery forgery = chance(random, 50) ? Forgery.NONE : Keys.pick(random, List.of(Forgery.values()));
        Keys.Kind kind = chance(random, 50)
                ? Keys.Kind.ONE
                : Keys.pick(random, List.of(Keys.Kind.values()));
        Denial denial = denial(random);
        var plan = plan(random);
        about.add("z keys " + kind + ", " + words(denial) + (plan.equals(SignedZone.Plan.GOOD) ? "" : ", " + plan));
        zone(zones, origin, Keys.of(kind, origin, pens, random), plan, denial,
                lines(top, wildcard(forgery, random), random, about));

        Keys.Kind above = chance(random, 92)
                ? Keys.Kind.ONE
                : Keys.pick(random, List.of(Keys.Kind.UNSIGNED, Keys.Kind.ISLAND, Keys.Kind.SHA1,
                        Keys.Kind.KEY_EMPTY_BESIDE_GOOD, Keys.Kind.TAGS_COLLIDE));
        Denial aboveDenial = denial(random);
        Keys aboveKeys = above == Keys.Kind.ONE
                ? Keys.one(pens.pen(Keys.pick(random, Pens.GOOD), 0), top)
                : Keys.of(above, top, pens, random);
        about.add("top keys " + above + ", " + words(aboveDenial));
        zone(zones, top, aboveKeys, new SignedZone.Plan(Signing.GOOD, Signing.GOOD, Signing.GOOD, plan.ds()),
                aboveDenial, "@ TXT top\na TXT a\nmail A 127.0.0.4\n");
        return ask(number, new World(zones), origin, new Case.Facts(kind, above, plan, forgery), random,
                about);
    }

    private Case ask(int number, World world, Name origin, Case.Facts facts, RandomGenerator random,
            List<String> about) {
        Name name = question(origin, random);
        RecordType type = Keys.pick(random, List.of(RecordType.TLSA, RecordType.TLSA, RecordType.TLSA, RecordType.MX,
                RecordType.MX, RecordType.A, RecordType.A, RecordType.TXT, RecordType.AAAA, RecordType.CNAME));
        if (name.getLabelString(0).startsWith("_") && chance(random, 60)) type = RecordType.TLSA;
        List<Name> names = world.trace(name, type.number(), World.Way.HONEST);
        Name victim = chance(random, 60) ? names.getFirst() : Keys.pick(random, names);
        World.Way way = facts.forgery().of(world, origin, victim, type.number(), random);
        about.add("forgery " + facts.forgery() + " of " + victim);
        return new Case(number, List.copyOf(about), facts, world, name, type, way);
    }

    /// A zone below the zone in question, and names that a cut could be hidden at.
    private void below(Map<Name, SignedZone> zones, Name origin, RandomGenerator random, List<String> about) {
        if (chance(random, 60)) return;
        Name sub = name("sub", origin);
        Keys keys = chance(random, 50) ? Keys.none() : Keys.one(pens.pen(13, 3), sub);
        about.add(sub + (keys.ds().isEmpty() ? " unsigned" : " signed"));
        zone(zones, sub, keys, SignedZone.Plan.GOOD, new Denial.ByName(), others(origin));
    }

    private void zone(Map<Name, SignedZone> zones, Name origin, Keys keys, SignedZone.Plan plan, Denial denial,
            String lines) {
        var records = new ArrayList<>(records(origin, head(origin) + lines));
        zones.forEach((other, zone) -> {
            if (!other.equals(origin) && other.subdomain(origin) && cutIsHere(zones, other, origin)) {
                records.addAll(records(other, "@ NS ns.test.\n"));
                records.addAll(zone.keys.ds());
            }
        });
        zones.put(origin, new SignedZone(origin, keys, plan, denial, records));
    }

    private static boolean cutIsHere(Map<Name, SignedZone> zones, Name child, Name parent) {
        for (Name at = new Name(child, 1); !at.equals(parent); at = new Name(at, 1))
            if (zones.containsKey(at)) return false;
        return true;
    }

    static String head(Name origin) { return "@ SOA ns.test. hostmaster.test. 1 3600 600 86400 300\n@ NS ns.test.\n"; }

    private static String others(Name top) {
        return "@ MX 10 mx\n@ TXT other\nmx A 127.0.0.6\n_25._tcp.mx" + TLSA + DIGEST.replace('8', '9')
                + "\nback CNAME mx.z." + top + "\n* A 127.0.0.7\na.b.c TXT deep\n";
    }

    /// A wildcard that is to stand in for another name must be one that could.
    private static String wildcard(Forgery forgery, RandomGenerator random) {
        if (forgery.needsWildcard())
            return Keys.pick(random, WILDCARDS.stream().filter(one -> one.startsWith("* "))
                    .toList());
        return chance(random, 30) ? "" : Keys.pick(random, WILDCARDS);
    }

    private static String lines(Name top, String wildcard, RandomGenerator random, List<String> about) {
        var text = new StringBuilder(
                "@ MX 10 mx\n@ MX 20 mx2\n@ TXT \"v=spf1 -all\"\nmx A 127.0.0.5\nmx2 A 127.0.0.6\n");
        String wild = wildcard.formatted(top);
        if (!wild.startsWith("*._tcp.mx")) text.append("_25._tcp.mx").append(TLSA).append(DIGEST).append('\n');
        if (chance(random, 70)) text.append("_25._tcp.mx2").append(TLSA).append(DIGEST).append('\n');
        if (!wild.isEmpty()) {
            text.append(wild).append('\n');
            about.add("wildcard " + wild);
        }
        text.append("x.y.ent TXT ent\na.b.c.d.e.f.g.deep TXT deep\n");
        text.append("al CNAME mx\nal2 CNAME al\nou CNAME mx.u.").append(top).append("\noo CNAME mx.o.").append(top)
                .append("\non CNAME nothing\nod CNAME a.b.c.d.e.f.g.deep.dn\n_25._tcp.al CNAME _25._tcp.mx\n")
                .append("_25._tcp.ou CNAME _25._tcp.mx.u.").append(top)
                .append("\n_25._tcp.oo CNAME _25._tcp.mx.o.").append(top).append("\ndn DNAME o.").append(top)
                .append("\ndu DNAME u.").append(top).append("\ndz DNAME y.ent\n");
        for (int i = 0; i < 40; i++)
            text.append("big TXT \"").append(i).append("-").append("b".repeat(200)).append("\"\n");
        for (int i = random.nextInt(6); i > 0; i--)
            text.append('n').append(Integer.toString(random.nextInt(1000), 36)).append(" TXT filler\n");
        return text.toString();
    }

    private static Name question(Name origin, RandomGenerator random) {
        String text = Keys.pick(random, List.of("", "", "mx", "mx", "_25._tcp.mx", "_25._tcp.mx", "_25._tcp.mx",
                "_25._tcp.mx2", "_26._tcp.mx", "_tcp.mx", "al", "al2", "ou", "oo", "on", "od", "_25._tcp.al",
                "_25._tcp.ou", "_25._tcp.oo", "big", "x.y.ent", "y.ent", "ent", "q.ent", "a.b.c.d.e.f.g.deep",
                "e.f.g.deep", "nothing", "a.nothing", "a.b.c.d.e.f.g.h.nothing", "1.2.3.4.5.6.mx",
                "a.b.c.d.e.f.g.h.i.j.k.l.m.n", "x.w", "x.y.w", "w", "mx.dn", "_25._tcp.mx.dn", "mx.du", "nothing.dn",
                "x.dz", "q.dz", "a.b.c.d.e.f.g.dz", "sub", "mx.sub", "_25._tcp.mx.sub", "q.q.sub", "back.sub"));
        return text.isEmpty() ? origin : name(text, origin);
    }

    private static Denial denial(RandomGenerator random) {
        if (chance(random, 40)) return new Denial.ByName();
        return new Denial.ByHash(Keys.pick(random, ITERATIONS), Keys.pick(random, SALTS), chance(random, 40));
    }

    private static String words(Denial denial) {
        return switch (denial) {
            case Denial.ByName _ -> "NSEC";
            case Denial.ByHash hash -> "NSEC3 " + hash.iterations() + " iterations, " + hash.salt().length() / 2
                    + " octets of salt" + (hash.optOut() ? ", opt-out" : "");
        };
    }

    private static SignedZone.Plan plan(RandomGenerator random) {
        if (chance(random, 80)) return SignedZone.Plan.GOOD;
        Signing odd = Keys.pick(random, List.of(Signing.values()));
        return switch (random.nextInt(5)) {
            case 0 -> new SignedZone.Plan(odd, Signing.GOOD, Signing.GOOD, Signing.GOOD);
            case 1 -> new SignedZone.Plan(Signing.GOOD, Signing.GOOD, odd, Signing.GOOD);
            case 2 -> new SignedZone.Plan(Signing.GOOD, Signing.GOOD, Signing.GOOD, odd);
            default -> new SignedZone.Plan(Signing.GOOD, odd, Signing.GOOD, Signing.GOOD);
        };
    }

    static boolean chance(RandomGenerator random, int percent) { return random.nextInt(100) < percent; }

    static List<Record> records(Name origin, String lines) {
        var records = new ArrayList<Record>();
        var in = new ByteArrayInputStream(lines.getBytes(StandardCharsets.US_ASCII));
        try (var master = new Master(in, origin, Pen.TTL)) {
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord())
                records.add(record);
        } catch (IOException bad) {
            throw new IllegalArgumentException(bad);
        }
        return records;
    }
}
