package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.sternpost.engine.control.QueueQuery.DigestGroup;
import org.sternpost.engine.control.view.QueueDigestView;
import org.sternpost.engine.control.view.QueueView;

/// Takes queues together that have a value in common.
final class QueueDigest {

    private QueueDigest() {}

    /// The largest first.
    static List<QueueDigestView> of(Stream<QueueView> queues, DigestGroup by, boolean details) {
        Function<QueueView, String> value = switch (by) {
            case NextHopDomain -> QueueView::nextHopDomain;
            case LastError -> QueueView::lastError;
            case Status -> QueueView::status;
            case DeliveryType -> QueueView::deliveryType;
            case Connector -> QueueView::connector;
        };
        var groups = new TreeMap<String, List<QueueView>>();
        queues.forEach(one -> groups.computeIfAbsent(value.apply(one), _ -> new ArrayList<>()).add(one));
        var digests = new ArrayList<QueueDigestView>();
        groups.forEach((name, of) -> {
            of.sort(Comparator.comparingLong(QueueView::messageCount).reversed());
            digests.add(new QueueDigestView(name, of.stream().mapToLong(QueueView::messageCount).sum(),
                    of.stream().mapToLong(QueueView::suspendedCount).sum(), of.size(),
                    of.stream().map(QueueView::lastError).filter(error -> !error.isEmpty()).findFirst().orElse(""),
                    details ? of.stream().map(QueueView::identity).toList() : List.of(),
                    sum(of, QueueView::incomingRate), sum(of, QueueView::outgoingRate), sum(of, QueueView::velocity)));
        });
        digests.sort(Comparator.comparingLong(QueueDigestView::messageCount).reversed());
        return digests;
    }

    /// Of what has two digits behind the point.
    private static double sum(List<QueueView> of, ToDoubleFunction<QueueView> rate) {
        return Math.round(of.stream().mapToDouble(rate).sum() * 100) / 100.0;
    }
}
