package org.sternpost.engine.tlsrpt;

import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// Who reports.
///
/// @param organization name for people
/// @param contact      mailbox for questions
/// @param from         of the mail that carries reports
public record ReportSubmitter(String organization, Address contact, Address from) {

    /// RFC 8460 §5.3: `TLS-Report-Submitter` and the file's name have the domain of `contact-info`.
    public Domain submitter() { return contact.domain(); }
}
