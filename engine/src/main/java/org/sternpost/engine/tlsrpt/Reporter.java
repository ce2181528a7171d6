package org.sternpost.engine.tlsrpt;

import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;

/// Who reports.
///
/// @param organization name for people
/// @param contact      mailbox for questions, and the `From` of reports
/// @param submitter    domain of the sending system: its host name
public record Reporter(String organization, Address contact, Domain submitter) {}
