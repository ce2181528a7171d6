package org.sternpost.cmdlets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record in a pipeline: a type name and named values.
///
/// Values are `String`, `Boolean`, `Long`, `Double`, enums, `Instant`, `Duration`, `List`, `Map`, a further `Item`, or
/// null where a component of the view is null.
public interface Item {

    /// `ConnectorView` shows as `OutboundConnector`; made-up records are `Selected`, `Group`, `Measure`, `Text`.
    String typeName();

    /// Property names in order, in Pascal case: `TlsValidation`.
    List<String> names();

    /// True if there is such a property; case does not matter.
    boolean has(String name);

    /// Its value; case of the name does not matter.
    ///
    /// @throws IllegalArgumentException if there is no such property; the text suggests one
    @Nullable
    Object get(String name);
}
