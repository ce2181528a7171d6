package org.sternpost.engine.control.view;

/// What looking for a domain's policy anew came to.
///
/// @param result `Unchanged`, `Changed`, `New`, `Failed` (what is held stays in force) or `NoPolicy`
/// @param id     of the policy held now; empty text for none, and so `mode`
/// @param detail what changed, or why nothing could be learned
public record StsUpdateView(@Column(value = 1, identity = true) String domain, @Column(1) String result,
        @Column(2) String id, @Column(2) String mode, @Column(value = 1, text = true) String detail) {}
