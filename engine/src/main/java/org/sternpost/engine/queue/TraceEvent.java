package org.sternpost.engine.queue;

import java.time.Instant;

/// One thing that happened to one recipient of a message.
///
/// @param code  enhanced status code; empty text when none
/// @param tls   `TLSv1.3 TLS_AES_128_GCM_SHA256`; empty text for plain text or no session
/// @param level achieved, as its name; empty text before a session
/// @param wouldHaveFailed reason token under `Enabled`; empty text: it would have been delivered; `local`:
///                        not known
public record TraceEvent(int recipient, Instant at, Kind kind, String connector, String code, String host,
        String address, String tls, String level, String wouldHaveFailed, String detail) {

    /// Named as in the message trace.
    public enum Kind { RECEIVE, SEND, DEFER, FAIL, DSN, REMOVE, POISONMESSAGE }

    private static final int DETAIL_CHARACTERS_MAX = 2_000;

    public TraceEvent {
        if (detail.length() > DETAIL_CHARACTERS_MAX) detail = detail.substring(0, DETAIL_CHARACTERS_MAX - 1) + "…";
    }

    /// An event without a session.
    public static TraceEvent plain(int recipient, Instant at, Kind kind, String connector, String code, String detail) {
        return new TraceEvent(recipient, at, kind, connector, code, "", "", "", "", "", detail);
    }
}
