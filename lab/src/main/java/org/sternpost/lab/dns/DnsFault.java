package org.sternpost.lab.dns;

import org.xbill.DNS.Type;

/// What is wrong with a zone, if anything.
public enum DnsFault {
    /// All is well.
    NONE,
    /// Every signature of the zone ended last month.
    EXPIRED_SIGNATURES,
    /// Every signature of the zone begins next month.
    FUTURE_SIGNATURES,
    /// The zone is signed by a key that is not among its own.
    STRAY_KEY,
    /// The parent vouches for the zone, yet it carries no signature.
    NO_SIGNATURES,
    /// What does not exist is denied without proof.
    NO_DENIAL,
    /// The signature over the MX records does not verify.
    BOGUS_MX,
    /// The signature over the addresses of hosts does not verify.
    BOGUS_ADDRESS,
    /// The signatures over TLSA records do not verify.
    BOGUS_TLSA,
    /// Questions for TLSA get SERVFAIL, as from a server that does not know the type.
    SERVFAIL_TLSA,
    /// Questions for MX get SERVFAIL.
    SERVFAIL_MX,
    /// Questions for TXT get SERVFAIL.
    SERVFAIL_TXT,
    /// The zone and what its parent vouches for are signed by RSASHA1 alone (RFC 9905 §2).
    SHA1_ONLY,
    /// A key of an algorithm that nobody knows stands beside the zone's own.
    STRANGE_KEY,
    /// What does not exist is denied by hashes of 150 rounds (RFC 9276 §3.2).
    MANY_ROUNDS,
    /// No question about the zone is ever answered.
    SILENT;

    boolean spoils(int type) {
        return switch (this) {
            case BOGUS_MX -> type == Type.MX;
            case BOGUS_ADDRESS -> type == Type.A;
            case BOGUS_TLSA -> type == Type.TLSA;
            case NONE, EXPIRED_SIGNATURES, FUTURE_SIGNATURES, STRAY_KEY, NO_SIGNATURES, NO_DENIAL, SERVFAIL_TLSA,
                    SERVFAIL_MX, SERVFAIL_TXT, SHA1_ONLY, STRANGE_KEY, MANY_ROUNDS, SILENT ->
                false;
        };
    }

    boolean fails(int type) {
        return switch (this) {
            case SERVFAIL_TLSA -> type == Type.TLSA;
            case SERVFAIL_MX -> type == Type.MX;
            case SERVFAIL_TXT -> type == Type.TXT;
            case NONE, EXPIRED_SIGNATURES, FUTURE_SIGNATURES, STRAY_KEY, NO_SIGNATURES, NO_DENIAL, BOGUS_MX,
                    BOGUS_ADDRESS, BOGUS_TLSA, SHA1_ONLY, STRANGE_KEY, MANY_ROUNDS, SILENT ->
                false;
        };
    }
}
