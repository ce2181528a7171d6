package org.sternpost.cmdlets.wire;

import java.util.List;
import org.sternpost.engine.control.view.Column;

/// A plan as it crosses the wire: what `-WhatIf` prints.
///
/// @param risks what is known to fail or get lost by it; such a plan is asked about
public record PlanView(@Column(1) String operation, @Column(value = 1, identity = true) String target,
        List<ChangeView> changes, @Column(2) String affects, List<String> warnings, List<String> risks) {

    /// One setting before and after; empty text stands for "not there".
    public record ChangeView(@Column(value = 1, identity = true) String path, @Column(1) String before,
            @Column(1) String after) {}
}
