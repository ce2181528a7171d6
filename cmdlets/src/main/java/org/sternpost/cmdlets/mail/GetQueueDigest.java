package org.sternpost.cmdlets.mail;

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
import org.sternpost.engine.control.QueueQuery.DigestGroup;
import org.sternpost.engine.control.view.QueueDigestView;

/// Takes queues together that have something in common; all of them, as they are now.
@Name(verb = Verb.Get, noun = "QueueDigest", summary = "Shows how much waits, by what queues have in common.")
@Example(shows = "See how much waits by what queues do", run = "Get-QueueDigest -GroupBy Status | Where-Object "
        + "GroupByValue -eq Retry | Select-Object GroupByValue, MessageCount, QueueCount", prints = """
        GroupByValue  MessageCount  QueueCount
        ------------  ------------  ----------
        Retry         2             1
        """)
public record GetQueueDigest(
        @Param(value = "What queues are taken together by.", defaultValue = "NextHopDomain") DigestGroup groupBy,
        @Param(value = "Only queues that are so: {MessageCount -gt 10}.", names = "filter") @Nullable String filter,
        @Param(value = "Verbose names the queues of each row.", defaultValue = "Normal") DetailsLevel detailsLevel,
        @Param(value = "Most rows shown, the largest; or "
                + "Unlimited.", defaultValue = "100", names = "unlimited") Integer resultSize)
        implements
            Cmdlet.Query<QueueDigestView>,
            Cmdlet.Limited {

    /// How much is told of each row.
    public enum DetailsLevel { None, Normal, Verbose }

    public GetQueueDigest {
        QueueFilters.checkQueues(filter);
        Cmdlet.Limited.checkStreamed(resultSize);
    }

    @Override
    public Stream<QueueDigestView> run(Management engine) throws ManagementException {
        return engine.queues().digest(filter, groupBy, detailsLevel == DetailsLevel.Verbose).stream();
    }
}
