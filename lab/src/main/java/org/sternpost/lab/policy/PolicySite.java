package org.sternpost.lab.policy;

import java.util.function.Supplier;

import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.ca.Identity;

/// One policy host: what it serves, and what it shows in a handshake, made when first asked for.
public record PolicySite(StsPolicy policy, Supplier<Identity> identity) {
    /// The certificate a host with this fault must show.
    public static CertificateKind certificateOf(PolicyFault fault) {
        return switch (fault) {
            case WRONG_NAME -> CertificateKind.WRONG_NAME;
            case EXPIRED -> CertificateKind.EXPIRED;
            case SELF_SIGNED -> CertificateKind.SELF_SIGNED;
            case NONE, MISSING, REDIRECT, WRONG_TYPE, OVERSIZED, NONSENSE, NO_MAX_AGE, MISSPELT_MX, HANGS ->
                CertificateKind.TRUSTED;
        };
    }
}
