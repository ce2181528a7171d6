package org.sternpost.cmdlets.mail;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.view.QueueView;

/// Makes waiting mail due now; what is under way goes on.
@Name(verb = Verb.Retry, noun = "Queue", summary = "Tries the waiting mail of a queue now.")
@Example(shows = "Try again after the recipient mended their host", run = "Retry-Queue "
        + "gov/tax.gov.example", prints = """
    Queue gov/tax.gov.example: gov/tax.gov.example … → now
    """)
public record RetryQueue(
        @Param(position = 0, pipeline = true, names = "queues", oneOf = "which", value = "Queue as "
                + "connector/domain, or its domain.") @Nullable String identity,
        @Param(value = "All queues that are so: {LastError -like '*4.7.323*'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter,
        @Param(value = "All queues.", oneOf = "which") boolean all) implements Cmdlet.Change<QueueView> {

    private static final String EVERY_QUEUE = "*";

    public RetryQueue {
        if (filter != null ? identity != null || all : (identity == null) != all)
            throw new IllegalArgumentException("name a queue, give -Filter or say -All, and only one of these");
        QueueFilters.checkQueues(filter);
        if (EVERY_QUEUE.equals(identity)) throw new IllegalArgumentException("say -All for all queues");
    }

    @Override
    public Plan<QueueView> plan(Management engine) throws ManagementException {
        if (filter != null) return engine.queues().retryWhere(filter);
        return engine.queues().retry(identity == null ? EVERY_QUEUE : identity);
    }
}
