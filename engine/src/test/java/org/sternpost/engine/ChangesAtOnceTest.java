package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.RolloutDraft;
import org.sternpost.engine.control.Management.TlsExceptionDraft;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.mail.Domain;

/// Two operators change the same things: both see them as they are, both agree to their plans, then both are committed.
///
/// Whatever the order, the second is judged on what the first has left: it stands, or it is refused in words and leaves
/// no trace.
class ChangesAtOnceTest {

    private static final long SEED = Long.getLong("changes.seed", 8);
    private static final int ROUNDS_AT_ONCE = Integer.getInteger("changes.rounds", 3);
    private static final Domain PARTNER = Domain.of("partner.example");

    @TempDir
    Path home;

    /// A change of the connector `one`, or of something that another change of it touches.
    private enum Change {
        START {
            @Override
            Plan<?> plan(Management engine) throws ManagementException { return engine.rollouts().start(draft("one")); }
        },
        UNDO {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.rollouts().undo(open(engine), "enough");
            }
        },
        CREATE_ANOTHER {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.connectors().create("another", ChangesAtOnceTest::serving);
            }
        },
        RENAME {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.connectors().change("one",
                        now -> serving(now.withGeneral(now.general().withName("another"))));
            }
        },
        SET_MODE {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.connectors().change("one",
                        now -> now.withTls(now.tls().withTlsValidation(TlsValidation.Disabled)));
            }
        },
        REMOVE {
            @Override
            Plan<?> plan(Management engine) throws ManagementException { return engine.connectors().remove("one"); }
        },
        EXCEPT {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.tlsExceptions()
                        .create(TlsExceptionDraft.of("one", PARTNER, TlsValidation.Opportunistic, "asked for", "ops",
                                Instant.now().plus(Duration.ofDays(30))));
            }
        },
        TAKE_EXCEPTION_BACK {
            @Override
            Plan<?> plan(Management engine) throws ManagementException {
                return engine.tlsExceptions().remove("one", PARTNER);
            }
        };

        abstract Plan<?> plan(Management engine) throws ManagementException;
    }

    @Test
    void whatTwoDoAtOnceIsAsIfOneHadDoneItAfterTheOther() throws Exception {
        var random = new Random(SEED);
        int pairs = 0;
        try (LabEngine engine = LabEngine.on(settings(), home)) {
            for (boolean rolling : List.of(false, true))
                for (boolean excepted : List.of(false, true))
                    for (Change first : Change.values())
                        for (Change second : Change.values()) {
                            pairs += inTurn(engine.management(), first, second, rolling, excepted);
                            for (int i = 0; i < ROUNDS_AT_ONCE; i++)
                                atOnce(engine.management(), first, second, rolling, excepted, random);
                        }
        }
        System.out.println("pairs of changes: " + pairs + " in turn and " + pairs * ROUNDS_AT_ONCE
                + " at once, seed " + SEED + " (-Dchanges.seed=N -Dchanges.rounds=N for others)");
    }

    private int inTurn(Management engine, Change first, Change second, boolean rolling, boolean excepted)
            throws Exception {
        reset(engine, rolling, excepted);
        var plans = plans(engine, first, second);
        if (plans.size() < 2) return 0;
        long before = audited();
        int rollouts = engine.rollouts().all().size();
        int kept = 0;
        int started = 0;
        for (Plan<?> plan : plans)
            if (applies(plan)) {
                kept++;
                if (plan.operation().equals("Start-TlsRollout")) started++;
            }
        assertEquals(rollouts + started, engine.rollouts().all().size(), first + " then " + second);
        assertSound(engine, first + " then " + second + " rolling=" + rolling + " excepted=" + excepted);
        assertEquals(before + told(first, second, kept), audited(),
                first + " then " + second + ": each change is told, and nothing else");
        return 1;
    }

    private void atOnce(Management engine, Change first, Change second, boolean rolling, boolean excepted,
            Random random) throws Exception {
        reset(engine, rolling, excepted);
        var plans = plans(engine, first, second);
        if (plans.size() < 2) return;
        long before = audited();
        int rollouts = engine.rollouts().all().size();
        int kept = 0;
        int started = 0;
        var start = new CyclicBarrier(2);
        int spins = random.nextInt(2_000);
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = both.invokeAll(List.<Callable<Boolean>>of(() -> {
                start.await();
                for (int i = 0; i < spins; i++)
                    Thread.onSpinWait();
                return applies(plans.getFirst());
            }, () -> {
                start.await();
                return applies(plans.getLast());
            }));
            for (int i = 0; i < results.size(); i++)
                if (results.get(i).get()) {
                    kept++;
                    if (plans.get(i).operation().equals("Start-TlsRollout")) started++;
                }
        }
        assertEquals(rollouts + started, engine.rollouts().all().size(), first + " with " + second);
        assertSound(engine, first + " with " + second + " rolling=" + rolling + " excepted=" + excepted);
        assertEquals(before + told(first, second, kept), audited(),
                first + " with " + second + ": each change is told, and nothing else");
    }

    /// Where both want the same value, the second changes nothing.
    private static int told(Change first, Change second, int kept) {
        return first == second && kept == 2 && Set.of(Change.RENAME, Change.SET_MODE).contains(first) ? 1 : kept;
    }

    /// What both operators are shown and agree to; fewer than two where one is refused at sight.
    private static List<Plan<?>> plans(Management engine, Change first, Change second) {
        var plans = new ArrayList<Plan<?>>();
        for (Change change : List.of(first, second))
            try {
                plans.add(change.plan(engine));
            } catch (ManagementException refusedAtSight) {
                return List.of();
            }
        return plans;
    }

    private static boolean applies(Plan<?> plan) {
        try {
            plan.commit().apply("test");
            return true;
        } catch (ManagementException refused) {
            if (refused.kind() == Kind.Unavailable || refused.kind() == Kind.Timeout)
                fail(plan.operation() + " was refused as if the store had failed: " + refused.getMessage());
            return false;
        }
    }

    private static void assertSound(Management engine, String what) throws ManagementException {
        var open = engine.rollouts().all().stream().filter(ChangesAtOnceTest::isOpen).toList();
        var shared = engine.connectors().all().stream().filter(connector -> !connector.rollout().isEmpty()).toList();
        assertEquals(open.stream().map(TlsRolloutView::connector).sorted().toList(),
                shared.stream().map(ConnectorView::name).sorted().toList(),
                what + ": each open rollout has its connector, and each share its rollout");
        for (ConnectorView connector : shared) {
            var by = open.stream().filter(one -> connector.rollout().endsWith(" by " + one.identity())).toList();
            assertEquals(1, by.size(), what + ": " + connector.rollout() + " of " + open);
            assertEquals(connector.name(), by.getFirst().connector(), what);
            assertEquals(connector.tlsValidation(), by.getFirst().from(), what + ": a rollout knows its way back");
        }
        var names = engine.connectors().all().stream().map(ConnectorView::name).toList();
        for (var exception : engine.tlsExceptions().all())
            assertTrue(names.contains(exception.connector()), what + ": " + exception + " of " + names);
    }

    /// One connector `one` as if nothing had been.
    private static void reset(Management engine, boolean rolling, boolean excepted) throws ManagementException {
        for (TlsRolloutView rollout : engine.rollouts().all())
            if (isOpen(rollout)) engine.rollouts().undo(rollout.identity(), "reset").commit().apply("test");
        for (var exception : engine.tlsExceptions().all())
            engine.tlsExceptions().remove(exception.connector(), Domain.of(exception.domain())).commit().apply("test");
        for (ConnectorView connector : engine.connectors().all())
            if (!connector.name().equals("Default"))
                engine.connectors().remove(connector.name()).commit().apply("test");
        engine.connectors().create("one", ChangesAtOnceTest::serving).commit().apply("test");
        if (rolling) Change.START.plan(engine).commit().apply("test");
        if (excepted) Change.EXCEPT.plan(engine).commit().apply("test");
    }

    private static boolean isOpen(TlsRolloutView rollout) {
        return Set.of("Running", "Suspended").contains(rollout.status());
    }

    private static String open(Management engine) throws ManagementException {
        return engine.rollouts().all().stream().filter(ChangesAtOnceTest::isOpen).map(TlsRolloutView::identity)
                .findFirst()
                .orElse("none");
    }

    private long audited() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("data/sternpost.db"));
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM audit")) {
            return row.getLong(1);
        }
    }

    /// Away from the mode of `one`, with a share that no mail moves on.
    private static RolloutDraft draft(String connector) {
        return new RolloutDraft(connector, TlsValidation.Disabled, List.of(50.0, 100.0), Duration.ofDays(1), 1, 1_000,
                true, "");
    }

    private static OutboundConnector serving(OutboundConnector connector) {
        return SampleConnector.serving(connector, ".example");
    }

    private static String settings() { return """
            hostName: relay.example.org
            dataDirectory: data
            submission: []
            dns: { servers: ["127.0.0.1:9"] }
            """; }
}
