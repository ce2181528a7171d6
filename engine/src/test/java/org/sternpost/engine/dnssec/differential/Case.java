package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.sternpost.engine.dns.Question.RecordType;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// One question, the zones it is about, and who sits on the way.
final class Case {

    /// What is special about the keys and signatures of the zone in question, the keys of the one above, and the way.
    record Facts(Keys.Kind keys, Keys.Kind above, SignedZone.Plan plan, Forgery forgery) {}

    final int number;
    final Facts facts;
    final Name name;
    final RecordType type;
    final World world;
    private final List<String> about;
    private final World.Way way;
    /// What was said to whoever asked, for those who look for the cause of a difference.
    private final ConcurrentHashMap<String, String> replies = new ConcurrentHashMap<>();

    /// @param about the facts and more, in words
    Case(int number, List<String> about, Facts facts, World world, Name name, RecordType type, World.Way way) {
        this.number = number;
        this.about = about;
        this.facts = facts;
        this.world = world;
        this.name = name;
        this.type = type;
        this.way = way;
    }

    /// What is right if nobody sits on the way and all signatures are good.
    Verdict honest() {
        var reply = new Message();
        world.answer(reply, name, type.number(), World.Way.HONEST);
        return Verdict.of(reply, type.number(), Verdict.Status.INSECURE);
    }

    /// True if somewhere on the way of the question a zone leaves open whether a name exists.
    boolean leadsIntoGap() { return leads(SignedZone::leavesOpen); }

    /// True if somewhere on the way a zone has too many iterations.
    boolean leadsOverIterations() { return leads((zone, _) -> zone.iterates()); }

    /// True if somewhere on the way is a zone whose parent says that it is unsigned, or signed by nothing known.
    boolean leadsIntoUnsigned() {
        return leads((zone, _) -> zone.keys.ds().isEmpty())
                || Set.of(Keys.Kind.UNSIGNED, Keys.Kind.ISLAND, Keys.Kind.DS_UNKNOWN_ALGORITHM,
                        Keys.Kind.DS_UNKNOWN_DIGEST).contains(facts.keys());
    }

    /// True if some zone's own state allows to find the answer insecure: no forgery may bring that about alone.
    boolean mayBeInsecure() {
        return leadsIntoGap() || leadsIntoUnsigned() || facts.keys() == Keys.Kind.SHA1
                || Set.of(Keys.Kind.UNSIGNED, Keys.Kind.ISLAND, Keys.Kind.SHA1).contains(facts.above())
                || world.zones().values().stream().anyMatch(SignedZone::iterates);
    }

    /// True if the aliases have no end.
    boolean leadsAstray() { return world.trace(name, type.number(), way).size() >= World.ALIASES_MAX; }

    private boolean leads(BiPredicate<SignedZone, Name> where) {
        return world.trace(name, type.number(), World.Way.HONEST).stream()
                .anyMatch(at -> world.of(at, type.number()).filter(zone -> where.test(zone, at)).isPresent());
    }

    Forgery forgery() { return facts.forgery(); }

    boolean asksBelowDname() {
        return world.find(name, type.number()).answer().stream().anyMatch(record -> record.getType() == Type.DNAME);
    }

    void answer(Message reply, Name asked, int askedType) {
        world.answer(reply, asked, askedType, way);
        replies.put(asked + " " + Type.string(askedType), reply.toString());
    }

    /// All records that were seen.
    String story() {
        var lines = new ArrayList<String>();
        new TreeMap<>(replies).forEach((question, reply) -> lines.add("-- " + question + "\n" + reply));
        return String.join("\n", lines);
    }

    @Override
    public String toString() {
        return "case " + number + ": " + name + " " + type + " (" + String.join("; ", about) + ")";
    }
}
