package org.sternpost.cmdlets.catalogue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;

/// All cmdlets of this module. Of those that nobody asks for nothing is loaded.
@Catalogue.Indexed
public final class AllCmdlets implements Catalogue {

    @Override
    public List<Descriptor> all() { return AllCmdletsIndex.all(); }

    @Override
    public Optional<Descriptor> find(String name) {
        return Optional.ofNullable(AllCmdletsIndex.find(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public Descriptor of(Cmdlet cmdlet) {
        Descriptor facts = AllCmdletsIndex.ofType(cmdlet.getClass().getName());
        if (facts == null) throw new IllegalArgumentException(cmdlet.getClass() + " is in no catalogue");
        return facts;
    }
}
