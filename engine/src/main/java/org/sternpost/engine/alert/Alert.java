package org.sternpost.engine.alert;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.trust.Reason.Owner;

/// Something that somebody must look at, or had to.
///
/// @param number  from 1, never given twice
/// @param since   when it began
/// @param cleared when it was over; of what is no state, such as a step, the time of `since`
public record Alert(long number, Kind kind, Subject subject, Instant since, Words words, Optional<Instant> cleared) {

    /// What is wrong, or has happened.
    public enum Kind {
        /// Mail to a domain passed validation and does not any more.
        ValidationStopped(Weight.Degraded),
        /// After a change of a connector more of its mail waits than the limit says.
        DelayRate(Weight.Degraded),
        /// After a change of a connector more of its mail is returned than the limit says.
        NoticeRate(Weight.Failed),
        /// A rollout began, took its next share, or is done.
        RolloutStep(Weight.Healthy),
        /// A rollout is suspended, or waits for something that no clock brings.
        RolloutWaiting(Weight.Degraded),
        /// The guard took a rollout back.
        RolloutRolledBack(Weight.Degraded),
        /// A policy that protects mail to a domain runs out, as it cannot be fetched again.
        PolicyEnding(Weight.Degraded),
        /// A certificate of our own runs out.
        CertificateEnding(Weight.Degraded),
        /// The answers of one of our DNS servers may not be trusted, or it gives none.
        Resolver(Weight.Failed),
        /// The engine itself is kept from its work.
        Engine(Weight.Failed);

        private final Weight weight;

        Kind(Weight weight) { this.weight = weight; }

        /// What it makes of the state of deliveries while it is open.
        public Weight weight() { return weight; }
    }

    /// From well to bad.
    public enum Weight { Healthy, Degraded, Failed }

    /// What it is about; of one kind and subject at most one is open.
    ///
    /// @param connector its identity; empty text for none, and so the others
    /// @param name      of what is neither: a rollout, a file, a server
    public record Subject(String connector, String domain, String name) {

        /// The engine as a whole.
        static final Subject ENGINE = new Subject("", "", "");

        static Subject ofConnector(String connector) { return new Subject(connector, "", ""); }

        static Subject ofDomain(String domain) { return new Subject("", domain, ""); }

        static Subject named(String name) { return new Subject("", "", VisibleText.of(name)); }
    }

    /// What is said of it. Parts that strangers chose are shown, and do nothing.
    ///
    /// @param why    one sentence
    /// @param remedy addressed to the owner
    public record Words(String why, String remedy, Owner owner) {
        private static final int CHARACTERS_MAX = 2_000; // of each; a reply of a host may have more

        public Words {
            why = VisibleText.of(cut(why));
            remedy = VisibleText.of(cut(remedy));
        }

        private static String cut(String text) {
            return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "...";
        }
    }

    public String identity() { return "A-" + number; }

    public boolean isOpen() { return cleared.isEmpty(); }

    /// It says what has happened, and is over as it begins.
    public boolean isEvent() { return cleared.filter(since::equals).isPresent(); }
}
