package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.delivery.ModeOutcome.Delivers;
import org.sternpost.engine.delivery.ModeOutcome.Waits;
import org.sternpost.engine.delivery.PlanWorld.Shows;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.time.SimTime;

/// A domain made by a seed whose hosts, records and faults come and go, and the mail that goes there.
final class MovingWorld {

    static final List<TlsSettings> FLOORS = List.of(TlsSettings.None, TlsSettings.EncryptionOnly,
            TlsSettings.CertificateValidation, TlsSettings.DomainValidation);
    /// All mail comes, is tried and expires at multiples of it; between them things change.
    static final Duration STEP = Duration.ofMinutes(5);
    private static final int STEPS = 48; // in which mail comes

    /// @param after how long after the beginning
    /// @param life  how long it may wait
    record Mail(int number, Domain to, Duration after, Duration life, RequireTlsTag wish) {}

    final int number;
    final Domain domain;
    final List<Mail> mail = new ArrayList<>();
    private final NavigableMap<Instant, PlanWorld> phases = new TreeMap<>();

    MovingWorld(long seed, int number, Instant start, SimTime time) {
        var random = new Random(seed);
        this.number = number;
        int floor = random.nextInt(FLOORS.size());
        this.domain = Domain.of("w" + number + "." + FLOORS.get(floor).name().toLowerCase(Locale.ROOT)
                + (random.nextInt(4) == 0 ? ".excepted" : ".plain") + ".test");
        var sound = random.nextInt(5) == 0 ? made(seed << 8, time) : sound(seed << 8, FLOORS.get(floor), time);
        boolean isSound = random.nextBoolean();
        Instant at = start;
        for (int i = 0, n = 1 + random.nextInt(4); i < n; i++, isSound = !isSound) {
            phases.put(at, isSound ? sound : fault((seed << 8) + 100 * (i + 1), FLOORS.get(floor), time));
            at = start.plus(STEP.multipliedBy(random.nextInt(STEPS))).plus(STEP.dividedBy(2));
        }
        for (int i = 0, n = 1 + random.nextInt(4); i < n; i++)
            mail.add(new Mail(number * 10 + i, domain, STEP.multipliedBy(random.nextInt(STEPS)),
                    STEP.multipliedBy(2 + random.nextInt(STEPS)), switch (random.nextInt(8)) {
                        case 0 -> RequireTlsTag.Required;
                        case 1 -> RequireTlsTag.NotRequired;
                        default -> RequireTlsTag.None;
                    }));
    }

    /// One that takes mail under `Enabled`.
    private static PlanWorld sound(long seed, TlsSettings floor, SimTime time) {
        return first(seed, time, world -> outcome(world, floor, TlsValidation.Enabled) instanceof Delivers);
    }

    /// Anything, or more often one that takes mail in spite of what `Enabled` refuses.
    private static PlanWorld fault(long seed, TlsSettings floor, SimTime time) {
        return seed % 3 == 0
                ? made(seed, time)
                : first(seed, time, world -> outcome(world, floor, TlsValidation.Enabled) instanceof Waits
                        && outcome(world, floor, TlsValidation.Opportunistic) instanceof Delivers);
    }

    private static PlanWorld first(long seed, SimTime time, Predicate<PlanWorld> wanted) {
        return LongStream.range(seed, seed + 100).mapToObj(one -> made(one, time)).filter(wanted).findFirst()
                .orElseGet(() -> made(seed, time));
    }

    private static ModeOutcome outcome(PlanWorld world, TlsSettings floor, TlsValidation mode) {
        return ModeOutcome.of(world.route, new Terms(SampleConnector.of("c", mode, floor, 1),
                DeliveryMode.valueOf(mode.name()), PlanWorld.DOMAIN, false, true),
                step -> Optional
                        .of(world.shown(step)));
    }

    /// Whoever waits for the turn of another session of ours is no matter of the hosts.
    private static PlanWorld made(long seed, SimTime time) {
        var world = new PlanWorld(seed, time, true);
        world.shows.replaceAll((_, what) -> what == Shows.BUSY ? Shows.SILENT : what);
        return world;
    }

    /// As it is at a time.
    PlanWorld at(Instant now) { return phases.floorEntry(now).getValue(); }
}
