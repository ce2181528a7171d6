package org.sternpost.engine.delivery;

/// Asked once before mail that a policy holds back is given up for good (RFC 8461 §5.1).
@FunctionalInterface
public interface LastLook {

    /// True if the recipient's domain publishes another policy now, so that one more attempt may succeed.
    boolean policyChanged(Consignment mail);
}
