package org.sternpost.engine.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which queues are wanted, and in which order; null asks for no restriction.
///
/// @param filter    text, as [QueueFilters] reads it
/// @param include   of these kinds alone; empty for all
/// @param exclude   of none of these kinds
/// @param sortOrder `+Property,-Property`; null for connector and domain
public record QueueQuery(@Nullable String filter, List<QueueKind> include, List<QueueKind> exclude,
        @Nullable String sortOrder) {

    /// As Exchange's `-Include` and `-Exclude` have them. All of ours leave the organization.
    public enum QueueKind { Internal, External, Empty, DnsConnectorDelivery, SmartHostConnectorDelivery, Undefined }

    /// What queues are taken together by.
    public enum DigestGroup { NextHopDomain, LastError, Status, DeliveryType, Connector }

    public QueueQuery {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// All of them.
    public static QueueQuery all() { return where(null); }

    public static QueueQuery where(@Nullable String filter) {
        return new QueueQuery(filter, List.of(), List.of(), null);
    }
}
