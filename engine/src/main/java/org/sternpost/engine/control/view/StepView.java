package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.Tree.Role;

/// One link of a chain of proof: what was asked, what came back, and what follows by which rule.
///
/// @param status `Secure`, `Insecure`, `Bogus`, `ServFail`, `Timeout`, `Fetched`, `Held`, `Failed` and the like
/// @param rule   `RFC 7672 §2.2.2`
public record StepView(@Tree(Role.Sign) Sign sign, @Tree(Role.Title) @Column(value = 1, text = true) String asked,
        @Tree(Role.Status) @Column(1) String status,
        @Tree(Role.Text) @Column(value = 2, text = true) String answer,
        @Tree(Role.Text) @Column(value = 2, text = true) String conclusion,
        @Tree(Role.Aside) @Column(3) String rule) {}
