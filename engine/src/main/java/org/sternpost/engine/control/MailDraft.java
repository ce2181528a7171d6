package org.sternpost.engine.control;

import java.util.List;
import java.util.Map;
import org.sternpost.engine.mail.Address;

/// A message composed at the prompt or by a script.
///
/// @param headers    further fields by name
/// @param requireTls only to authenticated hosts that support REQUIRETLS (RFC 8689 §4.2.1)
public record MailDraft(Address from, List<Address> to, String subject, String body, Map<String, String> headers,
        boolean requireTls) {}
