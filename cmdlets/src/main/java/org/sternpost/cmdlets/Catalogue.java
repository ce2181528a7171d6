package org.sternpost.cmdlets;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;

/// The list of all cmdlets. The build writes it (`buildtools.descriptor`); nothing is looked for when the program runs.
public interface Catalogue {

    /// By noun, then verb.
    List<Descriptor> all();

    /// By name or alias; case does not matter.
    Optional<Descriptor> find(String name);

    /// The facts of a cmdlet.
    ///
    /// @throws IllegalArgumentException if it is none of the list
    Descriptor of(Cmdlet cmdlet);

    /// Has the build write `<Class>Index` beside a class, with all cmdlets that are compiled with it.
    @Retention(RetentionPolicy.SOURCE)
    @Target(ElementType.TYPE)
    @interface Indexed {}
}
