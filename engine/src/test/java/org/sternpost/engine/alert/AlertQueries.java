package org.sternpost.engine.alert;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Reason.Owner;

/// Every question that is asked of the alerts' tables, for a test that looks how each is answered.
public final class AlertQueries {

    private AlertQueries() {}

    public static void all(Database database, Instant at) throws IOException {
        var table = new AlertTable(database);
        var subject = new Alert.Subject("Default", "example.org", "");
        var found = new AlertRule.Finding(subject, at, new Alert.Words("", "", Owner.OURS));
        table.open();
        table.all(Optional.of(at), 10);
        table.wasCleared(Alert.Kind.ValidationStopped, subject, at);
        table.judgedFrom(List.of(), at);
        database.<Integer>write(connection -> {
            Alert one = AlertTable.begin(connection, Alert.Kind.Engine, found).orElseThrow();
            AlertTable.say(connection, one, one.words());
            AlertTable.clear(connection, one, at);
            AlertTable.clear(connection, Alert.Kind.RolloutRolledBack, "Default", at);
            return 0;
        });
        for (AlertChannel.Way way : AlertChannel.Way.values()) {
            List<Alert> untold = table.untold(way);
            table.off(way);
            table.tell(way, untold);
        }
        Alerts.prune(database, at);
    }
}
