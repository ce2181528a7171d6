package org.sternpost.cmdlets;

import java.util.List;
import java.util.Optional;

/// The list of all cmdlets, one line each in `AllCmdlets`; nothing is found by scanning.
public interface Catalogue {

    /// By noun, then verb.
    List<Descriptor> all();

    /// By name or alias; case does not matter.
    Optional<Descriptor> find(String name);
}
