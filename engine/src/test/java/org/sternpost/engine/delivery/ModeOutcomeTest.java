package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute;

/// What is foretold of mail is what happens to it, and both are what `docs/transport-security.md` says: for routes,
/// modes, facts and faults made by a seed.
class ModeOutcomeTest {

    private static final long SEED = 20_261_127;
    private static final int CASES = Integer.getInteger("sternpost.cases", 2_000);

    private final SimTime time = new SimTime();
    private final Cargo cargo = new Cargo(time);
    private ScriptedHost host;

    @BeforeEach
    void open() throws Exception {
        host = ScriptedHost.inClear().says("EHLO", "250-takes everything\r\n250-DSN\r\n250 REQUIRETLS");
    }

    @AfterEach
    void close() throws Exception { host.close(); }

    @Test
    void whatIsForetoldIsWhatHappens() {
        var broken = new ArrayList<String>();
        var kinds = new HashMap<String, Integer>();
        for (long seed = SEED; seed < SEED + CASES; seed++) {
            var world = new PlanWorld(seed, time, false);
            var probed = new Probe((_, step) -> world.connection(step, host.port(), time)).all(world.connector(),
                    world.route instanceof JudgedRoute.Hosts hosts ? hosts.hosts() : List.of());
            String foretold = told(ModeOutcome.of(world.terms.mode(), world.connector(), PlanWorld.DOMAIN,
                    world.route, probed));
            kinds.merge(compare(seed, world, foretold, broken), 1, Integer::sum);
        }
        assertEquals(List.of(), broken, "made by the seeds that begin each line");
        for (String kind : List.of("Delivers", "Delivers despite", "Waits Answered", "Waits Silent", "Waits Crowded",
                "Waits Busy", "Returns"))
            assertTrue(kinds.getOrDefault(kind, 0) >= CASES / 200, kind + " of " + kinds);
    }

    /// Mail without either is what a probe foretells.
    @Test
    void theSameHoldsForYoungMailAndForASenderWhoRequiresTls() {
        var broken = new ArrayList<String>();
        var kinds = new HashMap<String, Integer>();
        for (long seed = SEED; seed < SEED + CASES; seed++) {
            var world = new PlanWorld(seed, time, true);
            String foretold = told(
                    ModeOutcome.of(world.route, world.terms, step -> Optional.of(world.shown(step))));
            kinds.merge(compare(seed, world, foretold, broken), 1, Integer::sum);
        }
        assertEquals(List.of(), broken, "made by the seeds that begin each line");
        for (String kind : List.of("Delivers", "Waits Answered", "Waits Silent", "Returns"))
            assertTrue(kinds.getOrDefault(kind, 0) >= CASES / 200, kind + " of " + kinds);
    }

    /// @return what kind of outcome the case has
    private String compare(long seed, PlanWorld world, String foretold, List<String> broken) {
        var pool = new SessionPool(Cargo.REUSE, () -> true, _ -> {}, time);
        var sessions = new DestinationSessions(pool, time);
        String first = happened(world, sessions);
        int asked = world.asked;
        int dialled = world.dialled;
        // The second message goes over the sessions that the first has left.
        String second = happened(world, sessions);
        sessions.end();
        pool.close();
        String expected = new PlanTables(world).expected();
        if (!first.equals(second)) broken.add(seed + " a kept session changes " + first + " into " + second);
        if (dialled == world.dialled && asked != world.asked) broken.add(seed + " a kept session is proven again");
        // What is foretold does not say what the next hop is told to be.
        boolean same = foretold.startsWith("Waits") ? first.startsWith(foretold) : first.equals(foretold);
        if (!same) broken.add(seed + " foretold " + foretold + ", happened " + first);
        boolean kindOnly = world.terms.requireTls() && !expected.startsWith("Delivers");
        if (kindOnly ? !kind(first).equals(kind(expected)) : !first.equals(expected))
            broken.add(seed + " the tables say " + expected + ", happened " + first);
        return kind(expected);
    }

    private static String kind(String outcome) {
        String[] words = outcome.split(" ");
        return switch (words[0]) {
            case "Delivers" -> outcome.contains("despite") ? "Delivers despite" : "Delivers";
            case "Waits" -> "Waits " + words[words.length - 1];
            default -> words[0];
        };
    }

    private String happened(PlanWorld world, DestinationSessions sessions) {
        var terms = world.terms;
        var mail = cargo.mail(terms.connector(), PlanWorld.DOMAIN.ascii(), terms.clearText())
                .asking(terms.requireTls() ? RequireTlsTag.Required : RequireTlsTag.None);
        var attempt = new DeliveryAttempt(mail, (step, _, _) -> world.connection(step, host.port(), time), sessions,
                new EvidenceRecorder(mail, new RefusedHosts(Cargo.REUSE.idle(), time), time), () -> true)
                .carry(world.route);
        sessions.endAttempt();
        String nextHop = attempt.nextHop().getClass().getSimpleName();
        return switch (attempt.nextHop()) {
            case NextHop.Answered _ -> told(attempt.outcomes().get(0), nextHop);
            case NextHop.Silent(var otherwise) -> told(otherwise, nextHop);
            case NextHop.Busy(var otherwise) -> told(otherwise, nextHop);
            case NextHop.Crowded(var otherwise) -> told(otherwise, nextHop);
        };
    }

    private static String told(Outcome outcome, String nextHop) {
        return switch (outcome) {
            case Outcome.Delivered d -> delivers(d.host(), d.address(), d.level().name(), d.wouldHaveFailed());
            case Outcome.Deferred d -> "Waits " + d.code() + " " + d.host() + " " + nextHop;
            case Outcome.Failed f -> "Returns " + f.code();
        };
    }

    private static String told(ModeOutcome outcome) {
        return switch (outcome) {
            case ModeOutcome.Delivers d -> delivers(d.host().ascii(), d.address(), d.level().name(), d.despite());
            case ModeOutcome.Waits w -> "Waits " + w.code() + " " + w.host() + " ";
            case ModeOutcome.Returns r -> "Returns " + r.code();
            case ModeOutcome.Depends d -> "Depends on " + d.host().host();
        };
    }

    private static String delivers(String host, String address, String level, Optional<Failure> despite) {
        return "Delivers " + host + " " + address + " " + level
                + despite.map(why -> " despite " + why.reason()).orElse("");
    }
}
