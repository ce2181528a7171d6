package org.sternpost.engine.dns;

import org.sternpost.engine.mail.Domain;

/// What is asked of the DNS; the class is always IN.
public record Question(Domain name, RecordType type) {

    /// `example.org MX`, as operators write it for `dig`.
    @Override
    public String toString() { return name + " " + type; }
}
