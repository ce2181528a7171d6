package org.sternpost.engine.time;

import java.time.Duration;

/// How long tests wait for what happens in real sockets and threads.
///
/// A test that fails because others compute is a fault: whatever must happen gets [#AMPLE], which an idle machine never
/// needs; only what hangs by design gets [#SHORT], because that ends the same way however late it is noticed.
public final class Patience {

    /// For what must happen.
    public static final Duration AMPLE = Duration.ofMinutes(5);

    /// The limit given to the product where nothing may run into it.
    public static final Duration UNMET = Duration.ofSeconds(60);

    /// The limit given to the product where something runs into it by design.
    public static final Duration SHORT = Duration.ofSeconds(1);

    private Patience() {}
}
