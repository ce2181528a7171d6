package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.DeliveryPlan.Fact;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Connect;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Finish;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Pass;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Send;
import org.sternpost.engine.delivery.DeliveryPlan.Step.Skip;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// The plan step by step, on facts alone.
class DeliveryPlanTest {

    private static final Domain ONE = Domain.of("mx1.example.org");
    private static final Domain TWO = Domain.of("mx2.example.org");
    private static final Failure REFUSAL = new Failure(Reason.TLSA_INVALID, "no record matches", "Publish one.");
    private static final Fact.Refused REFUSED = new Fact.Refused(REFUSAL, Optional.of(REFUSAL),
            Level.Encrypted, Obstacle.answered(FailurePolicy.refused(REFUSAL, ONE.ascii()), Optional.empty()));
    private static final Fact PROVEN = new Fact.Proven(Level.Encrypted, false);
    private static final FailurePolicy.Said UNWILLING = FailurePolicy.unwilling(asked(ONE), Stage.Banner,
            Reply.of(554, "5.7.1 not you"));

    private final SimTime time = new SimTime();

    /// By seeds, without a socket: 20,000 routes, each against a second reading of the tables.
    @Test
    void thePlanSaysWhatTheTablesSay() {
        var broken = new ArrayList<String>();
        for (long seed = 0; seed < 20_000; seed++) {
            var world = new PlanWorld(seed, time, seed % 2 == 0);
            String planned = planned(world);
            String expected = new PlanTables(world).expected();
            boolean kindOnly = world.terms.requireTls() && !expected.startsWith("Delivers");
            if (kindOnly ? !kind(planned).equals(kind(expected)) : !planned.equals(expected))
                broken.add(seed + " the tables say " + expected + ", the plan " + planned);
        }
        assertEquals(List.of(), broken, "made by the seeds that begin each line");
    }

    private static String kind(String outcome) {
        String[] words = outcome.split(" ");
        return words[0].equals("Waits") ? "Waits " + words[words.length - 1] : words[0];
    }

    private static String planned(PlanWorld world) {
        var plan = new DeliveryPlan(world.route, world.terms);
        var facts = new ArrayList<Fact>();
        while (true)
            switch (plan.next(facts)) {
                case Connect step -> facts.add(plan.judged(step, world.shown(step)));
                case Skip _ -> facts.add(new Fact.Noted());
                case Send(var over, var level, var despite) -> {
                    return "Delivers " + over.host().host() + " " + over.peerText() + " " + level
                            + despite.map(why -> " despite " + why.reason()).orElse("");
                }
                case Finish(Outcome.Deferred late, var nextHop, _, _) -> {
                    return "Waits " + late.code() + " " + late.host() + " " + nextHop.getClass().getSimpleName();
                }
                case Finish(var outcome, _, _, _) -> {
                    return "Returns " + outcome.code();
                }
            }
    }

    @Test
    void theStrictPassGoesOverAllHostsBeforeTheRelaxedOneBegins() {
        var plan = plan(DeliveryMode.Opportunistic, true);
        assertEquals("Strict mx1.example.org fresh=false clear=false", step(plan));
        assertEquals("Strict mx2.example.org fresh=false clear=false", step(plan, REFUSED));
        assertEquals("Relaxed mx1.example.org fresh=false clear=false", step(plan, REFUSED, trouble()));
        var send = assertInstanceOf(Send.class, plan.next(List.of(REFUSED, trouble(), PROVEN)));
        assertEquals(Optional.of(REFUSAL), send.despite());
        assertEquals(Level.Encrypted, send.level());
        // What was only down is not tried again.
        assertInstanceOf(Finish.class, plan.next(List.of(REFUSED, trouble(), trouble())));
    }

    @Test
    void enabledNeverRelaxesAndDisabledIsNeverStrict() {
        var finish = assertInstanceOf(Finish.class,
                plan(DeliveryMode.Enabled, true).next(List.of(REFUSED, REFUSED)));
        assertEquals("4.7.323", finish.outcome().code());
        assertTrue(finish.refused());
        assertEquals("Relaxed mx1.example.org fresh=false clear=false", step(plan(DeliveryMode.Disabled, true)));
    }

    /// Whoever has an outcome would get it twice, and whoever is left follows on the schedule.
    @Test
    void nobodyIsRelaxedForWhereTheStrictPassSettledSome() {
        var plan = plan(DeliveryMode.Opportunistic, true);
        var finish = assertInstanceOf(Finish.class,
                plan.next(List.of(PROVEN, new Fact.Over(UNWILLING, true), REFUSED)));
        assertInstanceOf(NextHop.Answered.class, finish.nextHop());
        assertEquals("Relaxed mx2.example.org fresh=false clear=false",
                step(plan, PROVEN, new Fact.Over(UNWILLING, false), REFUSED));
    }

    @Test
    void aSessionThatHadWaitedIsFollowedByAFreshOne() {
        var plan = plan(DeliveryMode.Enabled, true);
        assertEquals("Strict mx1.example.org fresh=true clear=false",
                step(plan, PROVEN, new Fact.Ended(false)));
        // Who says no to STARTTLS and leaves may stay for who does not ask.
        assertEquals("Strict mx1.example.org fresh=true clear=true",
                step(plan, new Fact.Proven(Level.Plaintext, true), new Fact.Ended(true)));
        assertEquals("Strict mx2.example.org fresh=false clear=false",
                step(plan, PROVEN, new Fact.Ended(false), trouble()));
    }

    @Test
    void clearTextFollowsAHandshakeThatFailedOnceAndOnlyForOldMail() {
        var failed = new Fact.TlsFailed(REFUSAL, true);
        assertEquals("Strict mx1.example.org fresh=true clear=true", step(plan(DeliveryMode.Enabled, true), failed));
        assertEquals("Strict mx2.example.org fresh=false clear=false", step(plan(DeliveryMode.Enabled, false), failed));
        assertEquals("Strict mx2.example.org fresh=false clear=false",
                step(plan(DeliveryMode.Enabled, true), failed, failed));
        assertEquals("Strict mx2.example.org fresh=false clear=false",
                step(plan(DeliveryMode.Enabled, true), new Fact.TlsFailed(REFUSAL, false)));
    }

    @Test
    void whatEveryHostLacksIsReturnedAndWhatOneMayHaveWaits() {
        var plan = plan(DeliveryMode.Enabled, true);
        var first = new Fact.Unfit(new Outcome.Failed("5.3.4", "first", ONE.ascii(), Optional.empty()), false);
        var second = new Fact.Unfit(new Outcome.Failed("5.3.4", "second", TWO.ascii(), Optional.empty()),
                false);
        var lacks = assertInstanceOf(Finish.class, plan.next(List.of(PROVEN, first, PROVEN, second)));
        assertEquals("first", lacks.outcome().sentence());
        assertInstanceOf(NextHop.Answered.class, lacks.nextHop());
        var silent = new Fact.Trouble(
                FailurePolicy.Said.silent("4.4.2", "timed out", Remedies.of(asked(TWO)).silent()));
        var waits = assertInstanceOf(Finish.class, plan.next(List.of(PROVEN, first, silent)));
        assertEquals("4.4.2", waits.outcome().code());
        // One host had its say, so the next hop is no silent one.
        assertInstanceOf(NextHop.Answered.class, waits.nextHop());
        assertInstanceOf(NextHop.Silent.class,
                assertInstanceOf(Finish.class, plan.next(List.of(silent, silent))).nextHop());
        assertInstanceOf(NextHop.Answered.class, assertInstanceOf(Finish.class,
                plan.next(List.of(PROVEN, new Fact.Over(silent.what(), true), silent))).nextHop());
    }

    @Test
    void mandatoryAsksWhatMandatoryWants() {
        var mandatory = new TlsVerdict.Refused(new Failure(Reason.DANE_REQUIRED, "no DANE", "Ask for less."));
        var route = new JudgedRoute.Hosts("example.org",
                List.of(host(ONE, new TlsVerdict.None(), mandatory, "127.0.0.1")), List.of());
        var skip = assertInstanceOf(Skip.class,
                new DeliveryPlan(route, terms(DeliveryMode.EnabledMandatory, true)).next(List.of()));
        assertEquals(Reason.DANE_REQUIRED, skip.refused().orElseThrow().reason());
        assertEquals("no DANE", skip.sentence());
        assertEquals(Pass.Strict, skip.pass());
    }

    @Test
    void ourOwnTroubleAtOneHostHidesWhatItWouldHaveDone() {
        var ours = PlanWorld.local(Reason.LOCAL_NETWORK);
        var noWay = new Fact.Trouble(
                new FailurePolicy.Said("4.3.0", "no way", Remedies.of(asked(ONE)).silent(), Optional.of(ours)));
        var plan = plan(DeliveryMode.Enabled, true);
        assertTrue(assertInstanceOf(Finish.class, plan.next(List.of(noWay, trouble(TWO)))).hidden());
        assertEquals(false, assertInstanceOf(Finish.class, plan.next(List.of(trouble(), trouble(TWO)))).hidden());
    }

    /// A host without address is no refusal, so nothing of it is relaxed.
    @Test
    void aHostWithoutAddressIsLeftOutInWords() {
        var route = new JudgedRoute.Hosts("example.org",
                List.of(host(ONE, new TlsVerdict.None(), new TlsVerdict.None())), List.of());
        var plan = new DeliveryPlan(route, terms(DeliveryMode.Opportunistic, true));
        var skip = assertInstanceOf(Skip.class, plan.next(List.of()));
        assertEquals(Optional.empty(), skip.refused());
        assertTrue(skip.sentence().contains("no address"), skip.sentence());
        assertEquals("4.4.4",
                assertInstanceOf(Finish.class, plan.next(List.of(new Fact.Noted()))).outcome().code());
    }

    @Test
    void aRouteWithAProblemIsLeftOutHostByHost() {
        var route = new JudgedRoute.Hosts("example.org", ((JudgedRoute.Hosts) route()).hosts(),
                List.of(PlanWorld.refusal()));
        var plan = new DeliveryPlan(route, terms(DeliveryMode.Enabled, true));
        var facts = new ArrayList<Fact>();
        for (Domain host : List.of(ONE, TWO)) {
            var skip = assertInstanceOf(Skip.class, plan.next(facts));
            assertEquals(List.of(host, Optional.of(PlanWorld.refusal())), List.of(skip.host().host(), skip.refused()));
            facts.add(new Fact.Noted());
        }
        assertEquals("4.7.324", assertInstanceOf(Finish.class, plan.next(facts)).outcome().code());
    }

    /// What one sender asks beyond the mode is no refusal of the mode's.
    @Test
    void aHostOfUnprovenNameIsLeftOutForASenderWhoRequiresTls() {
        var plan = new DeliveryPlan(new JudgedRoute.Hosts("example.org",
                List.of(host(ONE, DnsStatus.Insecure, new TlsVerdict.None(), new TlsVerdict.None(), "127.0.0.1")),
                List.of()),
                new Terms(terms(DeliveryMode.Enabled, true).connector(), DeliveryMode.Enabled,
                        Domain.of("example.org"), true, true));
        var skip = assertInstanceOf(Skip.class, plan.next(List.of()));
        assertEquals(Optional.empty(), skip.refused());
        assertTrue(skip.sentence().contains(ONE.ascii()), skip.sentence());
    }

    @Test
    void aFactThatAnswersNoStepIsADefect() {
        assertThrows(ClassCastException.class,
                () -> plan(DeliveryMode.Enabled, true).next(List.of(new Fact.Noted())));
    }

    @Test
    void whatASessionShowsIsJudgedByTheFloorAndTheSendersWish() {
        var plan = plan(DeliveryMode.Enabled, true);
        var connect = assertInstanceOf(Connect.class, plan.next(List.of()));
        var refuses = new ConnectResult.InClear(Optional.of(Reply.of(454, "4.7.0 later")), Set.of(),
                InetAddress.getLoopbackAddress());
        assertEquals(new Fact.Proven(Level.Plaintext, true), plan.judged(connect, refuses));
        var young = plan(DeliveryMode.Enabled, false);
        var failed = assertInstanceOf(Fact.TlsFailed.class,
                young.judged((Connect) young.next(List.of()), refuses));
        assertEquals(false, failed.ended());
        var wish = new DeliveryPlan(route(), new Terms(terms(DeliveryMode.Enabled, true).connector(),
                DeliveryMode.Enabled, Domain.of("example.org"), true, true));
        var asked = assertInstanceOf(Connect.class, wish.next(List.of()));
        var no = assertInstanceOf(Fact.Refused.class, wish.judged(asked, refuses));
        assertEquals(List.of(Optional.empty(), Level.Plaintext), List.of(no.ofMode(), no.achieved()));
        assertEquals(REFUSAL_OF_WISH, no.obstacle().failure().orElseThrow().reason());
    }

    /// What sessions ended on is what the mail comes to where no host is left.
    @Test
    void mailWhoseSessionsAllEndedIsToldWhatEndedThem() {
        var over = new Fact.Over(UNWILLING, false);
        var finish = assertInstanceOf(Finish.class,
                plan(DeliveryMode.Enabled, true).next(List.of(PROVEN, over, PROVEN, over)));
        var late = assertInstanceOf(Outcome.Deferred.class, finish.outcome());
        assertEquals(UNWILLING.code(), late.code());
        assertInstanceOf(NextHop.Answered.class, finish.nextHop());
    }

    @Test
    void termsAreThoseOfTheMail() {
        var connector = Cargo.connector(time, "c", TlsValidation.Enabled, TlsSettings.None, 1);
        var fresh = new Cargo(time).mail(connector, "example.org", false);
        var expected = new Terms(connector, DeliveryMode.of(TlsValidation.Enabled), Domain.of("example.org"), false,
                false);
        assertEquals(expected, Terms.of(fresh));
        assertEquals(new Terms(connector, expected.mode(), expected.domain(), true, true),
                Terms.of(new Cargo(time).mail(connector, "example.org", true).asking(RequireTlsTag.Required)));
    }

    @Test
    void passesAreCountedFromOne() {
        assertEquals(1, Pass.Strict.number());
        assertEquals(2, Pass.Relaxed.number());
    }

    private static final Reason REFUSAL_OF_WISH = Reason.REQUIRETLS_ENCRYPTION;

    private static Requirement asked(Domain host) {
        return new Requirement(host, new TlsVerdict.None(), TlsSettings.None, "");
    }

    private static Fact.Trouble trouble() { return new Fact.Trouble(UNWILLING); }

    private static Fact.Trouble trouble(Domain host) {
        return new Fact.Trouble(FailurePolicy.unwilling(asked(host), Stage.Banner,
                Reply.of(554, "5.7.1 not you")));
    }

    private static String step(DeliveryPlan plan, Fact... facts) {
        var connect = assertInstanceOf(Connect.class, plan.next(List.of(facts)));
        return connect.pass() + " " + connect.host().host() + " fresh=" + connect.fresh() + " clear=" + connect.clear();
    }

    private Terms terms(DeliveryMode mode, boolean clearText) {
        return new Terms(Cargo.connector(time, "c", TlsValidation.Enabled, TlsSettings.None, 1), mode,
                Domain.of("example.org"), false, clearText);
    }

    private DeliveryPlan plan(DeliveryMode mode, boolean clearText) {
        return new DeliveryPlan(route(), terms(mode, clearText));
    }

    private static JudgedRoute route() {
        return new JudgedRoute.Hosts("example.org",
                List.of(host(ONE, new TlsVerdict.None(), new TlsVerdict.None(), "127.0.0.1"),
                        host(TWO, new TlsVerdict.None(), new TlsVerdict.None(), "127.0.0.2")),
                List.of());
    }

    private static HostJudgement host(Domain name, TlsVerdict enabled, TlsVerdict mandatory, String... addresses) {
        return host(name, DnsStatus.Secure, enabled, mandatory, addresses);
    }

    private static HostJudgement host(Domain name, DnsStatus mx, TlsVerdict enabled, TlsVerdict mandatory,
            String... addresses) {
        var facts = new HostFacts(mx, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        return new HostJudgement(name, 10, 25, List.of(addresses).stream().map(InetAddress::ofLiteral).toList(),
                "it has no address", Optional.empty(), enabled, mandatory, enabled, new TlsVerdict.None(), facts);
    }
}
