package org.sternpost.engine.control.view;

import java.util.List;

/// How mail to a domain was secured, and what was blocked, by Exchange's columns.
///
/// @param dane   recipients whose mail went to a host authenticated by DANE
/// @param mtaSts under an enforced MTA-STS policy, and not by DANE
/// @param tls    by TLS without either
/// @param noTls  in clear
/// @param messagesBlocked attempts at a recipient that validation put off, and recipients that it failed for good
/// @param securityType of what was blocked: `DANE`, `MTA-STS`, `TLS`; empty text where nothing was
/// @param errors distinct reasons, the most frequent first
public record OutboundSecurityView(@Column(1) String connector, @Column(value = 1, identity = true) String domain,
        @Column(1) long dane, @Column(1) long mtaSts, @Column(1) long tls, @Column(1) long noTls,
        @Column(1) long messagesBlocked, @Column(1) String securityType,
        @Column(value = 2, text = true) List<String> errors) {}
