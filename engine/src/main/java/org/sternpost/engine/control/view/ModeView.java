package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.Tree.Role;

/// What would happen to mail under one mode.
///
/// @param mode     `Disabled`, `Opportunistic`, `Enabled` or `Enabled, Mandatory`
/// @param outcome  `delivered`, `waits`, `returned` or `depends` on what was not tried
/// @param code     while the mail waits, or of its return; empty text when it is delivered
/// @param host     that takes or refuses the mail
/// @param level    how well the session is secured; empty text unless delivered
/// @param why      all of the following in words
/// @param reason   token of the refusal; this and the rest are empty text when validation refuses nothing
/// @param owner    who must fix it
public record ModeView(@Tree(Role.Sign) Sign sign, @Tree(Role.Title) @Column(value = 1, identity = true) String mode,
        @Tree(Role.Status) @Column(1) String outcome, @Tree(Role.Status) @Column(1) String code, String finalCode,
        String host, @Column(2) String level, @Tree(Role.Text) @Column(value = 1, text = true) String why,
        String reason, String sentence, String remedy, String owner) {}
