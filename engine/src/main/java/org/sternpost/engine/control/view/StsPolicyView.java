package org.sternpost.engine.control.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// An MTA-STS policy in our keeping.
///
/// @param id          of the TXT record that the policy was fetched for
/// @param mode        `enforce`, `testing` or `none`
/// @param mx          patterns of the hosts it allows
/// @param nextRefresh when it is fetched again without mail asking for it
/// @param runningOut  true if less than a quarter of its life is left
/// @param lastTrouble what was odd when it was last looked for, and when; empty text if nothing was
public record StsPolicyView(@Column(value = 1, identity = true) String domain, @Column(2) String id,
        @Column(1) String mode, @Column(value = 2, text = true) List<String> mx, @Column(3) Instant fetched,
        @Column(1) Instant expires, @Column(3) Duration age, @Column(2) Instant nextRefresh,
        @Column(1) boolean runningOut, @Column(value = 2, text = true) String lastTrouble) {}
