package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether one part of what delivers mail is well.
///
/// @param why    what is wrong; empty text where it is well, and so for `remedy` and `owner`, who must act
/// @param since  null where it is well
/// @param alerts `A-3`, those that say so
public record DeliveryHealthView(@Column(value = 1, identity = true) Check check, @Column(1) Health health,
        @Column(value = 1, text = true) String why, @Column(value = 2, text = true) String remedy,
        String owner, @Column(2) @Nullable Instant since, List<String> alerts) implements Tested {

    /// What is looked at.
    public enum Check {
        /// The engine itself.
        Engine,
        /// Whether the answers of DNS servers may be trusted.
        Resolver,
        /// Domains whose mail passed validation, and does not any more.
        Validation,
        /// Mail that is put off after a change.
        Delays,
        /// Mail that is returned after a change.
        Notices, Rollouts,
        /// MTA-STS policies that are held.
        Policies,
        /// Our own.
        Certificates
    }

    /// From well to bad.
    public enum Health { Healthy, Degraded, Failed }

    /// Nothing is wrong with it.
    public static DeliveryHealthView healthy(Check check) {
        return new DeliveryHealthView(check, Health.Healthy, "", "", "", null, List.of());
    }

    @Override
    public boolean isSo() { return health == Health.Healthy; }
}
