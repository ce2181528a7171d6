package org.sternpost.engine.control.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A letter to a partner whose mail host fails validation.
///
/// @param identity  `N-3`; empty text for one that is not kept
/// @param mendedAt  when mail to the domain passed again; null while it does not
/// @param text      the lines of the letter
/// @param html      the same as one page that needs nothing besides itself
public record PartnerNoticeView(@Column(value = 1, identity = true) String identity, @Column(1) String domain,
        @Column(2) String connector, @Column(1) String host, @Column(1) String reason, @Column(1) Instant writtenAt,
        @Column(1) @Nullable Instant mendedAt, @Column(value = 2, text = true) String subject, List<String> text,
        List<String> html) {}
