package org.sternpost.engine.alert;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.trust.Reason.Owner;

/// What keeps the engine itself from its work, at two looks in a row: some of it passes within seconds.
final class TroubleRule implements AlertRule {

    private final Supplier<String> trouble;
    private boolean before;

    /// @param trouble empty text for none
    TroubleRule(Supplier<String> trouble) { this.trouble = trouble; }

    @Override
    public Alert.Kind kind() { return Alert.Kind.Engine; }

    @Override
    public Look look(Instant now, List<Alert> open) {
        String why = trouble.get();
        boolean tells = before || !open.isEmpty();
        before = !why.isEmpty();
        return Look.all(why.isEmpty() || !tells
                ? List.of()
                : List.of(new Finding(Subject.ENGINE, now,
                        new Alert.Words(why, "Get-EngineStatus shows it", Owner.OURS))),
                open);
    }
}
