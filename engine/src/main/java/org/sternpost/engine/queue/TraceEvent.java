package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.FailureMessages;

/// One thing that happened to one recipient of a message.
///
/// @param wouldHaveFailed of a delivery: why `Enabled` would have refused every host; empty: it would have delivered.
///                        Kept by versions before 3 it has a reason and no sentence, which their status has
public record TraceEvent(int recipient, Instant at, Kind kind, String connector, DeliveryStatus status,
        Session session, Optional<Failure> wouldHaveFailed) {

    /// Named as in the message trace.
    public enum Kind { RECEIVE, SEND, DEFER, FAIL, DSN, SUSPEND, RESUME, REDIRECT, REMOVE, POISONMESSAGE }

    /// Where it was said.
    ///
    /// @param address `192.0.2.1:25`, for people; as all of these empty text where there was no session
    /// @param tls     `TLSv1.3 TLS_AES_128_GCM_SHA256`; empty text for plain text too
    /// @param level   achieved, as its name
    public record Session(String host, String address, String tls, String level) {

        static final Session NONE = new Session("", "", "", "");

        /// Of a host that took nothing.
        public static Session with(String host) { return new Session(host, "", "", ""); }
    }

    /// An event without a session, of which nobody but us says anything.
    public static TraceEvent plain(int recipient, Instant at, Kind kind, String connector, String code,
            String sentence) {
        return new TraceEvent(recipient, at, kind, connector, DeliveryStatus.of(code, sentence), Session.NONE,
                Optional.empty());
    }

    /// The same of mail that goes over another connector.
    TraceEvent over(String other) {
        return new TraceEvent(recipient, at, kind, other, status, session, wouldHaveFailed);
    }

    /// What happened, for people.
    public String text() {
        // The reply of a host that took the mail begins with a code of its own.
        return kind != Kind.SEND
                ? status.text()
                : status.sentence() + wouldHaveFailed
                        .filter(why -> !why.sentence().isEmpty()).map(why -> (why.isLocal()
                                ? "; what Enabled would have done is not known: "
                                : "; Enabled would have refused it: ")
                                + FailureMessages.line(why.reason().waitingCode(), why))
                        .orElse("");
    }

    /// Token of what `Enabled` would have said; empty text: it would have delivered; `local`: not known.
    public String wouldHaveFailedToken() { return wouldHaveFailed.map(why -> why.reason().token()).orElse(""); }
}
