package org.sternpost.cmdlets.mail;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import java.util.Optional;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.QueueQuery;
import org.sternpost.engine.control.view.QueueView;

/// Shows queues under Exchange's property names.
@Name(verb = Verb.Get, noun = "Queue", summary = "Shows the queues and why they wait.")
@Example(shows = "See what waits", run = "Get-Queue", prints = """
    Identity              …Status     MessageCount  RetryCount  …
    --------------------  …
    Default/busy.example  …Suspended  1             1           …
    …
    gov/tax.gov.example   …Retry      2             2           …
    """)
@Example(shows = "Name the queues that retry", run = "Get-Queue -Filter {Status -eq 'Retry' -and MessageCount -gt 1} "
        + "| Select-Object Identity, MessageCount", prints = """
        Identity             MessageCount
        -------------------  ------------
        gov/tax.gov.example  2
        """)
public record GetQueue(
        @Param(value = "Queue as connector/domain, or its domain; all when not "
                + "given.", position = 0, pipeline = true, names = "queues", oneOf = "which") @Nullable String identity,
        @Param(value = "Only queues that are so: {Status -eq 'Retry' -and MessageCount -gt "
                + "10}.", names = "filter", oneOf = "which") @Nullable String filter,
        @Param("Only queues of these kinds.") @Nullable List<QueueQuery.QueueKind> include,
        @Param("No queues of these kinds.") @Nullable List<QueueQuery.QueueKind> exclude,
        @Param("Order: '+Property,-Property'; connector and domain when not given.") @Nullable String sortOrder,
        @Param(value = "Most queues shown; or "
                + "Unlimited.", defaultValue = "1000", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<QueueView>,
            Cmdlet.Limited,
            Cmdlet.Filtered {

    public GetQueue {
        QueueFilters.checkQueues(filter);
        Cmdlet.Limited.checkStreamed(resultSize);
    }

    @Override
    public Stream<QueueView> run(Management engine) throws ManagementException {
        if (identity != null) return engine.queues().named(identity).stream();
        return engine.queues().search(new QueueQuery(filter, Objects.requireNonNullElse(include, List.of()),
                Objects.requireNonNullElse(exclude, List.of()), sortOrder));
    }

    @Override
    public List<FilterProperty> filterable() { return QueueFilters.properties("Queue"); }

    @Override
    public Optional<Cmdlet.Query<?>> narrowed(String condition) {
        if (identity != null) return Optional.empty();
        try {
            return Optional.of(new GetQueue(null, Cmdlet.Filtered.both(filter, condition), include, exclude, sortOrder,
                    resultSize));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }
}
