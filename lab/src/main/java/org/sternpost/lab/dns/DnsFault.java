package org.sternpost.lab.dns;

import org.xbill.DNS.Type;

/// What is wrong with a zone, if anything.
public enum DnsFault {
    /// All is well.
    NONE,
    /// Every signature of the zone ended last month.
    EXPIRED_SIGNATURES,
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
    /// No question about the zone is ever answered.
    SILENT;

    boolean spoils(int type) {
        return switch (this) {
            case BOGUS_MX -> type == Type.MX;
            case BOGUS_ADDRESS -> type == Type.A;
            case BOGUS_TLSA -> type == Type.TLSA;
            case NONE, EXPIRED_SIGNATURES, SERVFAIL_TLSA, SERVFAIL_MX, SERVFAIL_TXT, SILENT -> false;
        };
    }

    boolean fails(int type) {
        return switch (this) {
            case SERVFAIL_TLSA -> type == Type.TLSA;
            case SERVFAIL_MX -> type == Type.MX;
            case SERVFAIL_TXT -> type == Type.TXT;
            case NONE, EXPIRED_SIGNATURES, BOGUS_MX, BOGUS_ADDRESS, BOGUS_TLSA, SILENT -> false;
        };
    }
}
