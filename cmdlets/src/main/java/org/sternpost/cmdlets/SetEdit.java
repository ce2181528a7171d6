package org.sternpost.cmdlets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list parameter of a `Set-` cmdlet: `a,b` replaces, `@{Add=a; Remove=b}` edits.
///
/// @param replace null when editing
public record SetEdit<T>(@Nullable List<T> replace, List<T> add, List<T> remove) {}
