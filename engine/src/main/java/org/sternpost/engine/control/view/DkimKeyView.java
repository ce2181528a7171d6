package org.sternpost.engine.control.view;

import java.time.Instant;

/// A key that signs our reports, and the TXT record that lets others verify it.
///
/// @param published true if DNS shows this key now
/// @param problem   why a verifier would not find or use it; empty text when it would
/// @param dnsName   owner of the TXT record, `s1._domainkey.example.org`
/// @param dnsText   its content; whoever writes the zone splits it into strings of 255 characters
public record DkimKeyView(@Column(1) String domain, @Column(1) String selector, @Column(1) String algorithm,
        @Column(1) boolean published, @Column(value = 2, text = true) String problem,
        @Column(value = 1, identity = true) String dnsName,
        @Column(value = 1, identity = true) String dnsText, Instant whenCreated) {}
