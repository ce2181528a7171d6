package org.sternpost.engine.delivery;

import org.sternpost.engine.delivery.SessionPlaces.Limit;
import org.sternpost.engine.delivery.SessionPlaces.Place;

/// What came of asking [SessionPool] for a session.
sealed interface Loan {

    record Lent(PooledSession session) implements Loan {}

    /// One is to be made; whoever is told so says [SessionPool#made], whatever comes of it.
    record Make(Place place) implements Loan {}

    /// There is no place for one, and none was free in time.
    record Full(Limit limit) implements Loan {}
}
