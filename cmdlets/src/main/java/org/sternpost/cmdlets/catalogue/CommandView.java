package org.sternpost.cmdlets.catalogue;

import java.util.List;
import org.sternpost.engine.control.view.Column;

/// A cmdlet as `Get-Command` lists it.
public record CommandView(@Column(value = 1, identity = true) String name,
        @Column(value = 1, text = true) String summary, @Column(3) List<String> aliases, String impact) {}
