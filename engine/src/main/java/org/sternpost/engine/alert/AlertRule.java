package org.sternpost.engine.alert;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What finds alerts of one kind. It is asked once a minute, and what a look costs does not grow with the mail there
/// was.
interface AlertRule {

    Alert.Kind kind();

    /// True if its alerts may come and go within minutes: such a one is over once it was for a while.
    default boolean wavers() { return true; }

    /// @param open alerts of this kind
    Look look(Instant now, List<Alert> open) throws IOException;

    /// What holds now.
    record Finding(Alert.Subject subject, Instant since, Alert.Words words) {}

    /// What a look shows.
    ///
    /// @param found what holds, whether it was told before or not
    /// @param over  subjects of open alerts that do not hold any more. Of what is in neither nobody can tell: it stays
    record Look(List<Finding> found, Set<Alert.Subject> over) {

        /// Nothing can be told.
        static final Look NONE = new Look(List.of(), Set.of());

        public Look {
            found = List.copyOf(found);
            over = Set.copyOf(over);
        }

        /// Whatever was not found is over.
        static Look all(List<Finding> found, List<Alert> open) {
            var over = new HashSet<>(open.stream().map(Alert::subject).collect(Collectors.toSet()));
            found.forEach(one -> over.remove(one.subject()));
            return new Look(found, over);
        }
    }
}
