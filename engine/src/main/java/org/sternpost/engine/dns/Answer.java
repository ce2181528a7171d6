package org.sternpost.engine.dns;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;

/// What became of a question.
public sealed interface Answer {

    /// Records of the type asked for.
    ///
    /// @param status    of the whole answer: secure only if every alias on the way is (RFC 4035 §3.2.3)
    /// @param canonical the name that owns the records after all aliases; the name asked for when there was none
    /// @param weakness  why it is not secure although its zone is signed
    record Found(List<Rdata> records, Status status, Domain canonical, Optional<Weakness> weakness) implements Answer {
        public Found {
            records = List.copyOf(records);
            if (records.isEmpty()) throw new IllegalArgumentException("an answer without records is NoData");
        }

        public Found(List<Rdata> records, Status status, Domain canonical) {
            this(records, status, canonical, Optional.empty());
        }

        /// The records of one kind of data.
        public <T extends Rdata> List<T> of(Class<T> kind) {
            return records.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    /// The name exists without records of this type (RFC 2308 §2.2).
    record NoData(Status status, Domain canonical, Optional<Weakness> weakness) implements Answer {
        public NoData(Status status, Domain canonical) { this(status, canonical, Optional.empty()); }
    }

    /// The name, or the last alias on the way, does not exist (RFC 2308 §2.1).
    record NoSuchName(Status status, Domain canonical, Optional<Weakness> weakness) implements Answer {
        public NoSuchName(Status status, Domain canonical) { this(status, canonical, Optional.empty()); }
    }

    /// No answer that may be used; never a proof of absence (RFC 7672 §2.1.2).
    ///
    /// @param why in the resolver's words, with its extended error (RFC 8914) when it gave one
    record Failed(Kind kind, String why) implements Answer {}

    /// How a question fails.
    enum Kind {
        /// DNSSEC disproved the answer (RFC 4033 §5).
        Bogus,
        /// The records that would prove it cannot be had (RFC 4035 §4.3): servers failed on the way to its zone.
        Indeterminate,
        /// Servers of the name failed, while our own resolver answers other questions.
        ServFail, Timeout, Refused,
        /// None of our own DNS servers answers, whatever it is asked: we know nothing of the name.
        NoServer,
        /// This machine did not get the proof done: its time, its library, its load. We know nothing of the name.
        Local;

        /// True if nobody but us can repair it, so that it says nothing of the name asked for.
        public boolean isOurs() {
            return switch (this) {
                case Bogus, Indeterminate, ServFail, Timeout, Refused -> false;
                case NoServer, Local -> true;
            };
        }
    }

    /// The status in one word, as steps of a proof print it.
    default String statusWord() {
        return switch (this) {
            case Found found -> found.status().name();
            case NoData none -> none.status().name();
            case NoSuchName none -> none.status().name();
            case Failed failed -> failed.kind().name();
        };
    }

    /// Why it is not secure although its zone is signed.
    default Optional<Weakness> unproven() {
        return switch (this) {
            case Found found -> found.weakness();
            case NoData none -> none.weakness();
            case NoSuchName none -> none.weakness();
            case Failed _ -> Optional.empty();
        };
    }

    /// The answer in one line.
    default String text() {
        return switch (this) {
            case Found found -> found.records().stream().map(Rdata::toString).collect(Collectors.joining(", "))
                    + because(found.weakness());
            case NoData none -> "no such record (NODATA)" + because(none.weakness());
            case NoSuchName none -> "no such name (NXDOMAIN)" + because(none.weakness());
            case Failed failed -> failed.why();
        };
    }

    private static String because(Optional<Weakness> weakness) {
        return weakness.map(why -> "; not proven: " + why.sentence()).orElse("");
    }

    /// What DNSSEC proved of an answer that may be used (RFC 4035 §4.3); answers it disproved are [Answer.Failed].
    enum Status {
        /// Signed by a chain from a trust anchor.
        Secure,
        /// Proved to lie in a zone without signatures, or not looked at.
        Insecure
    }
}
