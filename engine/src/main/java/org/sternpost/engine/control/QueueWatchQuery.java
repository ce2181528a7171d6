package org.sternpost.engine.control;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Which queues are watched, and how.
///
/// @param identity  connector/domain or a domain; null for all
/// @param filter    as [QueueFilters] reads it; null for all
/// @param sortOrder `+Property,-Property`; null for the largest first
/// @param size      most queues of one look
/// @param interval  between two looks
/// @param count     of looks; 0 for no end
public record QueueWatchQuery(@Nullable String identity, @Nullable String filter, @Nullable String sortOrder, int size,
        Duration interval, long count) {

    /// One look at all queues, the largest first.
    public static QueueWatchQuery once(int size) {
        return new QueueWatchQuery(null, null, null, size, Duration.ZERO, 1);
    }

    public QueueWatchQuery withIdentity(String one) {
        return new QueueWatchQuery(one, filter, sortOrder, size, interval, count);
    }

    /// What keeps the engine itself from its work, in words; empty text where nothing does.
    public interface Trouble {
        String now() throws ManagementException;
    }
}
