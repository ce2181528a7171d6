package org.sternpost.engine.control.view;

import java.time.Instant;

/// What the TLS of mail hosts was, by whatever was asked for; what was not is empty text.
///
/// @param host      `*` for what was shown beyond the first of a domain's day
/// @param protocol  `TLSv1.3`; `none` where mail went, or would have gone, in clear
/// @param keyExchange its group, `x25519`; `not known` where the handshake did not tell it in clear
/// @param signature scheme by which the host signed the handshake; of RSA in TLS 1.3 the hash is not known
/// @param key       of the certificate, `RSA 2048`
/// @param certificateSignature by which its issuer signed it
/// @param domains   that this was seen at; so `hosts`
/// @param seen      messages, or attempts at them
public record TlsInventoryView(@Column(1) String domain, @Column(1) String host, @Column(1) String protocol,
        @Column(2) String cipher, @Column(1) String keyExchange, @Column(3) String signature, @Column(1) String key,
        @Column(3) String certificateSignature, @Column(value = 3, text = true) String issuer, @Column(2) long domains,
        @Column(2) long hosts, @Column(1) long seen, @Column(2) Instant lastSeen) {}
