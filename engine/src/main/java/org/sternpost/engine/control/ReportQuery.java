package org.sternpost.engine.control;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which counts are wanted and how they are grouped; null asks for no restriction.
public record ReportQuery(@Nullable Instant since, @Nullable Instant until, @Nullable String connector,
        @Nullable String domain, Set<Group> groupBy) {

    public enum Group { Day, Connector, Domain, Reason }
}
