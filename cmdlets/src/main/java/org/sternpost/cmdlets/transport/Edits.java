package org.sternpost.cmdlets.transport;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.control.ConnectorEdit.ListEdit;

/// Turns parameters into the engine's edit.
final class Edits {

    private Edits() {}

    /// Refuses `*` unless it was asked for twice: a typing error must not route the world.
    static void refuseAll(List<DomainPattern> patterns, boolean allDomains) {
        if (!allDomains && patterns.stream().anyMatch(DomainPattern.All.class::isInstance))
            throw new IllegalArgumentException("'*' means every domain; add -AllDomains if you mean it");
    }

    static <T> Optional<ListEdit<T>> list(@Nullable SetEdit<T> edit) {
        return edit == null
                ? Optional.empty()
                : Optional.of(new ListEdit<>(edit.replace(), edit.add(), edit.remove()));
    }

    static <T> ListEdit<T> replace(List<T> values) { return new ListEdit<>(values, List.of(), List.of()); }

    /// The value given, and in `clear` the setting's name if it was emptied.
    static <T> Optional<T> value(@Nullable Clearable<T> given, String setting, Set<String> clear) {
        if (given instanceof Clearable.Cleared<T>) clear.add(setting);
        return given == null ? Optional.empty() : given.asOptional();
    }
}
