package org.sternpost.cmdlets.mail;

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
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.control.MessageQuery;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.view.MessageView;

/// Shows messages that are not yet delivered to all their recipients, oldest first.
@Name(verb = Verb.Get, noun = "Message", summary = "Shows the messages that wait.")
@Example(shows = "List what one queue holds", run = "Get-Message -Queue gov/tax.gov.example", prints = """
    Identity          FromAddress        Status  Recipients            …
    ----------------  …
    01J9ZK3M5T00000A  alice@example.com  Retry   anna@tax.gov.example  …
    01J9ZK3M5T00000B  alice@example.com  Retry   anna@tax.gov.example  …
    """)
@Example(shows = "Read why one message waits", run = "Get-Message 01J9ZK3M5T00000A | Format-List Identity, "
        + "LastError", prints = """
    Identity  : 01J9ZK3M5T00000A
    LastError : 4.7.323 mx.tax.gov.example and the TLSA records of mx.tax.gov.example: no record matches …
    """)
@Example(shows = "Find messages that were set aside because they made the engine fail", run = "Get-Message "
        + "-Queue Poison | Format-List Identity, LastError", prints = """
    Identity  : 01J9ZK3M5T00000G
    LastError : 4.3.0 set aside after 3 attempts that met a defect of this gateway: …
    """)
@Example(shows = "Find what is large or old, whatever it waits for", run = "Get-Message -Filter {Size -gt 10MB -or "
        + "DateReceived -lt -30d}", prints = "")
public record GetMessage(
        @Param(value = "Queue id of one message"
                + ".", position = 0, pipeline = true, names = "messages", oneOf = "which") @Nullable String identity,
        @Param(value = "Only messages of this queue, connector/domain; Poison has those that are set "
                + "aside.", names = "queues", oneOf = "which") @Nullable String queue,
        @Param(value = "Only messages that are so: {FromAddress -like '*@example.com' -and Size -gt "
                + "10MB}.", names = "filter") @Nullable String filter,
        @Param("Order: '+Property,-Property'; oldest first when not given.") @Nullable String sortOrder,
        @Param(value = "Most messages shown; or "
                + "Unlimited.", defaultValue = "1000", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<MessageView>,
            Cmdlet.Limited,
            Cmdlet.Filtered {

    public GetMessage {
        if (identity != null && filter != null)
            throw new IllegalArgumentException("name one by -Identity or several by -Filter, not both");
        QueueFilters.checkMessages(filter);
        Cmdlet.Limited.checkStreamed(resultSize);
        if (sortOrder != null && resultSize > RESULT_SIZE_MAX)
            throw new IllegalArgumentException("-SortOrder holds what it puts in order, so -ResultSize is 1 to "
                    + RESULT_SIZE_MAX + " with it; without it, oldest first, none of them is held");
    }

    @Override
    public Stream<MessageView> run(Management engine) throws ManagementException {
        return identity != null
                ? engine.queues().messages(identity, null, wanted()).stream()
                : engine.queues().search(new MessageQuery(queue, filter, sortOrder, wanted()));
    }

    @Override
    public List<FilterProperty> filterable() { return QueueFilters.properties("Message"); }

    @Override
    public Optional<Cmdlet.Query<?>> narrowed(String condition) {
        if (identity != null) return Optional.empty();
        try {
            return Optional
                    .of(new GetMessage(null, queue, Cmdlet.Filtered.both(filter, condition), sortOrder, resultSize));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }
}
