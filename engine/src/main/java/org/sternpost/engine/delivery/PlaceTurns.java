package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.sternpost.engine.delivery.SessionPlaces.Kind;
import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.time.Time;

/// Destinations whose mail waits although nobody asks for a session for it: there was no place for one in time. Who
/// waits longest is told once there may be (docs/transport-security.md#session-limits). [SessionPool] guards it.
final class PlaceTurns {

    private static final Duration WAITS = Duration.ofSeconds(30); // then its mail is tried anyway

    private final Map<Kind, Line> lines = new HashMap<>();
    private final SessionPlaces places;
    private final Consumer<DestinationKey> turn;
    private final Time time;

    /// @param most places that there are
    /// @param who  until when it waits, by the steady clock; who waits longest comes first
    private record Line(int most, LinkedHashMap<DestinationKey, Instant> who) {

        void forgetBefore(Instant now) {
            while (!who.isEmpty() && who.firstEntry().getValue().isBefore(now))
                who.pollFirstEntry();
        }
    }

    /// @param turn told of each destination once; must ask for nothing here
    PlaceTurns(SessionPlaces places, Consumer<DestinationKey> turn, Time time) {
        this.places = places;
        this.turn = turn;
        this.time = time;
    }

    boolean isEmpty() { return lines.isEmpty(); }

    void awaits(Limit full, DestinationKey who) {
        Instant now = time.steady();
        Line line = lines.computeIfAbsent(full.kind(), _ -> new Line(full.most(), new LinkedHashMap<>()));
        line.forgetBefore(now);
        line.who().putLast(who, now.plus(WAITS));
        if (!places.isFull(full)) comes(full.kind(), 0); // one became free meanwhile
    }

    /// There may be a place more, unless somebody asks at this moment, who would have it.
    ///
    /// @param giveWay sessions that would for who asks, besides what places are free
    void comes(Kind kind, int giveWay) {
        Line line = lines.get(kind);
        if (line == null || places.first(kind).isPresent()) return;
        line.forgetBefore(time.steady());
        for (int more = line.most() - places.taken(kind) + giveWay; more > 0 && !line.who().isEmpty(); more--)
            turn.accept(line.who().pollFirstEntry().getKey());
        if (line.who().isEmpty()) lines.remove(kind);
    }
}
