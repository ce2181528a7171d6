package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Reason;

/// What an attempt came to for one recipient.
public sealed interface Outcome {

    /// Enhanced status code, `2.0.0`, `4.7.323` (RFC 3463).
    String code();

    /// What happened, one sentence with the host and without the code.
    String sentence();

    /// The host that it is about; empty text where it is about none.
    String host();

    /// What a host said, if one did.
    Optional<Reply> reply();

    /// Who can do what about it; empty where nobody need.
    Optional<Remedy> remedy();

    /// As it is kept, and as people are told of it.
    DeliveryStatus status();

    /// The next hop took responsibility.
    ///
    /// @param said  its reply
    /// @param host  that took it
    /// @param tls   `TLSv1.3 TLS_AES_128_GCM_SHA256`; empty text for plain text
    /// @param wouldHaveFailed why `Enabled` would have refused every host; empty: it would have delivered
    /// @param notifies the host knows the DSN extension, so that it tells the sender what becomes of the mail
    record Delivered(String code, Reply said, String host, String address, Level level, String tls,
            Optional<Failure> wouldHaveFailed, boolean notifies) implements Outcome {

        /// By a host that tells the sender.
        public Delivered(String code, Reply said, String host, String address, Level level, String tls,
                Optional<Failure> wouldHaveFailed) {
            this(code, said, host, address, level, tls, wouldHaveFailed, true);
        }

        @Override
        public String sentence() { return said.toString(); }

        @Override
        public Optional<Reply> reply() { return Optional.of(said); }

        @Override
        public Optional<Remedy> remedy() { return Optional.empty(); }

        @Override
        public DeliveryStatus status() {
            return new DeliveryStatus(code, said.code(), Optional.empty(), sentence(), Optional.empty(),
                    Optional.empty());
        }
    }

    /// Not now; try again on the schedule. `failure` is present when validation is the cause, `reply` when it is what
    /// a host said.
    record Deferred(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply,
            Optional<Remedy> remedy) implements Outcome {

        /// For a cause that no host has put into words.
        public Deferred(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }

        /// With the remedy of the failure, if there is one.
        public Deferred(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply) {
            this(code, sentence, host, failure, reply, failure.map(Remedy::of));
        }

        @Override
        public DeliveryStatus status() {
            return new DeliveryStatus(code, reply.map(Reply::code).orElse(0), failure.map(Failure::reason), sentence,
                    remedy, Optional.empty());
        }

        /// True if we could not know, so that it says nothing of the host (docs/transport-security.md#fail-local).
        public boolean isOurs() { return failure.filter(Failure::isLocal).isPresent(); }

        /// True if this process did not get its own part done (docs/transport-security.md#own-stall).
        public boolean isStall() { return failure.filter(why -> why.reason() == Reason.LOCAL).isPresent(); }

        /// The same where the time of the mail is over.
        public Failed expired(String finalCode) {
            return new Failed(finalCode, sentence, host, failure, reply, remedy, Optional.of(code));
        }
    }

    /// Never; tell the sender. With `failure` and `reply` as in [Deferred].
    ///
    /// @param lastCode that the mail waited under when its time was over; empty if it fails for what it is
    record Failed(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply,
            Optional<Remedy> remedy, Optional<String> lastCode) implements Outcome {

        /// For a cause that no host has put into words.
        public Failed(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }

        /// With the remedy of the failure, if there is one.
        public Failed(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply) {
            this(code, sentence, host, failure, reply, failure.map(Remedy::of));
        }

        /// For what the mail is, and not for its age.
        public Failed(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply,
                Optional<Remedy> remedy) {
            this(code, sentence, host, failure, reply, remedy, Optional.empty());
        }

        /// Of mail that is given up without another attempt, by what was kept of the last one.
        public static Failed expired(String finalCode, DeliveryStatus last, String host) {
            return new Failed(finalCode, last.sentence(), host, Optional.empty(), Optional.empty(), last.remedy(),
                    Optional.of(last.code()));
        }

        @Override
        public DeliveryStatus status() {
            return new DeliveryStatus(code, reply.map(Reply::code).orElse(0), failure.map(Failure::reason), sentence,
                    remedy, lastCode);
        }
    }
}
