package org.sternpost.engine.control;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.filter.OpathFilter;
import org.sternpost.engine.filter.FilterException;
import org.sternpost.engine.filter.OpathReader;
import org.sternpost.engine.filter.FilterType.Property;
import org.sternpost.engine.filter.FilterType;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.engine.queue.MessageSearch;

/// What filters and orders of queues and messages may ask for: Exchange's names and ours (docs/queue.md#filter).
public final class QueueFilters {

    public static final FilterType<QueueView> QUEUES = new FilterType<>("queue", List.of(
            Property.of(FilterType.Kind.Text, QueueView::identity, "Identity", "QueueIdentity"),
            Property.of(FilterType.Kind.Text, QueueView::nextHopDomain, "NextHopDomain"),
            Property.of(FilterType.Kind.Text, QueueView::connector, "Connector", "NextHopConnector"),
            Property.word(List.of("Ready", "Active", "Retry", "Suspended"), QueueView::status, "Status"),
            Property.word(List.of("DnsConnectorDelivery", "SmartHostConnectorDelivery", "Undefined"),
                    QueueView::deliveryType, "DeliveryType"),
            Property.of(FilterType.Kind.Number, QueueView::messageCount, "MessageCount"),
            Property.of(FilterType.Kind.Number, QueueView::suspendedCount, "SuspendedCount"),
            Property.of(FilterType.Kind.Number, QueueView::retryCount, "RetryCount"),
            Property.of(FilterType.Kind.Time, QueueView::nextRetryTime, "NextRetryTime"),
            Property.of(FilterType.Kind.Time, QueueView::lastRetryTime, "LastRetryTime"),
            Property.of(FilterType.Kind.Text, QueueView::lastError, "LastError"),
            Property.of(FilterType.Kind.Decimal, QueueView::incomingRate, "IncomingRate"),
            Property.of(FilterType.Kind.Decimal, QueueView::outgoingRate, "OutgoingRate"),
            Property.of(FilterType.Kind.Decimal, QueueView::velocity, "Velocity")));

    /// What of a queue is known without a look at its mail.
    static final FilterType<QueueView> IN_MEMORY = new FilterType<>("queue", QUEUES.properties().stream()
            .filter(one -> !List.of("LastError", "RetryCount").contains(one.name())).toList());

    public static final FilterType<MessageView> MESSAGES = new FilterType<>("message", List.of(
            Property.of(FilterType.Kind.Text, MessageView::identity, "Identity", "MessageIdentity"),
            Property.of(FilterType.Kind.Text, MessageView::fromAddress, "FromAddress"),
            Property.word(List.of("Ready", "Active", "Retry", "Suspended", "PendingSuspend", "Damaged"),
                    MessageView::status, "Status"),
            Property.of(FilterType.Kind.Text, MessageView::recipients, "Recipients"),
            Property.of(FilterType.Kind.Text, MessageView::queues, "Queue", "Queues"),
            Property.of(FilterType.Kind.Text, MessageView::subject, "Subject"),
            Property.of(FilterType.Kind.Size, MessageView::sizeBytes, "Size", "SizeBytes"),
            Property.of(FilterType.Kind.Time, MessageView::dateReceived, "DateReceived"),
            Property.of(FilterType.Kind.Time, MessageView::expirationTime, "ExpirationTime"),
            Property.of(FilterType.Kind.Number, MessageView::retryCount, "RetryCount"),
            Property.of(FilterType.Kind.Text, MessageView::internetMessageId, "InternetMessageId"),
            Property.of(FilterType.Kind.Text, MessageView::sourceIp, "SourceIP"),
            Property.of(FilterType.Kind.Text, MessageView::lastError, "LastError")));

    /// What of a message is known before it is read.
    static final FilterType<MessageSearch.Key> KEYS = new FilterType<>("message", List.of(
            Property.of(FilterType.Kind.Size, MessageSearch.Key::size, "Size", "SizeBytes"),
            Property.of(FilterType.Kind.Time, MessageSearch.Key::received, "DateReceived"),
            Property.of(FilterType.Kind.Time, MessageSearch.Key::expires, "ExpirationTime")));

    private static final int ORDERS_MAX = 10;

    private QueueFilters() {}

    /// What a filter of a cmdlet may ask for, for who types one.
    ///
    /// @param noun of the cmdlet
    public static List<FilterProperty> properties(String noun) {
        return FilterProperty.of(noun.equals("Message") ? MESSAGES : QUEUES);
    }

    /// @throws IllegalArgumentException if it is no filter on queues, with place and remedy; null is no filter at all
    public static void checkQueues(@Nullable String text) { check(text, QUEUES); }

    /// @throws IllegalArgumentException if it is no filter on messages, with place and remedy; null is no filter at all
    public static void checkMessages(@Nullable String text) { check(text, MESSAGES); }

    private static void check(@Nullable String text, FilterType<?> type) {
        try {
            if (text != null) OpathReader.read(text, type);
        } catch (FilterException bad) {
            throw new IllegalArgumentException(bad.getMessage() + "; " + bad.hint(), bad);
        }
    }

    static OpathFilter read(String text, FilterType<?> type) throws ManagementException {
        try {
            return OpathReader.read(text, type);
        } catch (FilterException bad) {
            throw new ManagementException(Kind.Invalid, String.valueOf(bad.getMessage()), bad.hint());
        }
    }

    /// True if a type has all that an order goes by.
    static boolean goesBy(String order, FilterType<?> type) {
        return Stream.of(order.split(",", -1)).map(part -> part.strip().replaceFirst("^[+-]", ""))
                .allMatch(name -> type.find(name).isPresent());
    }

    /// `+Size,-DateReceived`: what comes first decides; a property without a sign ascends.
    static <R> Comparator<R> order(String text, FilterType<R> type) throws ManagementException {
        Comparator<R> order = (_, _) -> 0;
        List<String> parts = List.of(text.split(",", -1));
        if (parts.size() > ORDERS_MAX)
            throw new ManagementException(Kind.Invalid, "-SortOrder has " + parts.size() + " properties",
                    ORDERS_MAX + " are the most");
        for (String part : parts) {
            String name = part.strip();
            boolean down = name.startsWith("-");
            if (down || name.startsWith("+")) name = name.substring(1);
            Optional<Property<R>> found = type.find(name);
            if (found.isEmpty())
                throw new ManagementException(Kind.Invalid, "-SortOrder: a " + type.name() + " has no property '"
                        + name + "'",
                        Nearest.to(name, type.names()).map(near -> "did you mean " + near + "?")
                                .orElse("write '+Property,-Property' of: " + String.join(", ", type.names())));
            Comparator<R> by = by(found.get());
            order = order.thenComparing(down ? by.reversed() : by);
        }
        return order;
    }

    /// What is absent comes first.
    private static <R> Comparator<R> by(Property<R> property) {
        return (one, other) -> compare(property.of().apply(one), property.of().apply(other));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // values of one property are of one type
    private static int compare(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) return Boolean.compare(one != null, other != null);
        if (one instanceof String text) return text.compareToIgnoreCase(other.toString());
        return one instanceof Comparable comparable
                ? comparable.compareTo(other)
                : one.toString().compareToIgnoreCase(other.toString());
    }
}
