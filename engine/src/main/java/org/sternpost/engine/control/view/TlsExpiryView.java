package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that ends soon, or has ended, and on which TLS of mail depends.
///
/// @param kind     `Certificate` of a partner's host, `TlsaSignature` of its records, `StsPolicy`, `OwnCertificate`
/// @param subject  host, name of the records, domain or file
/// @param domains  whose mail depends on it; empty for all that is submitted to us
/// @param owner    who renews it: `OURS`, `RECIPIENT` or `SMART_HOST`
/// @param then     what becomes of mail when it has ended
/// @param lastSeen null for what is ours or held by us
public record TlsExpiryView(@Column(1) String kind, @Column(value = 1, identity = true) String subject,
        @Column(value = 2, text = true) List<String> domains, @Column(1) Instant ends, @Column(1) String owner,
        @Column(value = 1, text = true) String then, @Column(value = 2, text = true) String remedy,
        @Column(3) @Nullable Instant lastSeen) {}
