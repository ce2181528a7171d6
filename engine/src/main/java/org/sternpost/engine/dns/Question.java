package org.sternpost.engine.dns;

import org.sternpost.engine.mail.Domain;

/// What is asked of the DNS; the class is always IN.
public record Question(Domain name, RecordType type) {

    /// `example.org MX`, as operators write it for `dig`.
    @Override
    public String toString() { return name + " " + type; }

    /// The record types that mail needs, with their numbers on the wire (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 6698
    /// §7.1).
    public enum RecordType {
        A(1), CNAME(5), MX(15), TXT(16), AAAA(28), TLSA(52);

        private final int number;

        RecordType(int number) { this.number = number; }

        /// The number on the wire.
        public int number() { return number; }
    }
}
