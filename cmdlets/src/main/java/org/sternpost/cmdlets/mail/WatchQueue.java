package org.sternpost.cmdlets.mail;

import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.QueueWatchQuery;
import org.sternpost.engine.control.view.WatchedQueueView;

/// Looks at the queues again and again: at the prompt a picture that the shell draws, else rows.
@Name(verb = Verb.Watch, noun = "Queue", summary = "Shows the queues as they change, until Ctrl-C.")
@Example(shows = "Watch the queues at the prompt, the largest first; q or Ctrl-C ends it", run = "Watch-Queue -Count 1 "
        + "| Select-Object Identity, Status, MessageCount -First 1", prints = """
        Identity             Status  MessageCount
        -------------------  ------  ------------
        gov/tax.gov.example  Retry   2
        """)
@Example(shows = "Look once at what has more than one recipient, as a script would", run = "Watch-Queue "
        + "-Filter {MessageCount -gt 1} -Count 1 | Select-Object Identity, MessageCount", prints = """
        Identity             MessageCount
        -------------------  ------------
        gov/tax.gov.example  2
        """)
public record WatchQueue(
        @Param(value = "Queue as connector/domain, or its domain; all when not "
                + "given.", position = 0, pipeline = true, names = "queues", oneOf = "which") @Nullable String identity,
        @Param(value = "Only queues that are so: {Velocity -lt 0}.", names = "filter", oneOf = "which") @Nullable //
        String filter,
        @Param("Order: '+Property,-Property'; the largest first when not given.") @Nullable String sortOrder,
        @Param(value = "Most queues of each look; at the prompt as many as the window has room for when not "
                + "given.", names = "unlimited") @Nullable Integer resultSize,
        @Param(value = "Time between two looks.", defaultValue = "2s") Duration interval,
        @Param("Ends after so many looks; without it Ctrl-C does.") @Nullable Integer count)
        implements
            Cmdlet.Query<WatchedQueueView> {

    public WatchQueue {
        QueueFilters.checkQueues(filter);
        if (resultSize != null) Cmdlet.Limited.checkStreamed(resultSize);
        Cmdlet.checkWatch(interval, count);
    }

    /// With no more queues than a window may have room for, unless it says how many.
    public WatchQueue within(int rows) {
        return resultSize != null ? this : new WatchQueue(identity, filter, sortOrder, rows, interval, count);
    }

    @Override
    public Stream<WatchedQueueView> run(Management engine) throws ManagementException {
        return engine.queues().watch(new QueueWatchQuery(identity, filter, sortOrder,
                resultSize == null ? Cmdlet.Limited.UNLIMITED : resultSize, interval, count == null ? 0 : count),
                () -> engine.engine().trouble());
    }
}
