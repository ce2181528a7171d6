package org.sternpost.shell.bind;

import java.util.List;
import java.util.Optional;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Statement;

/// Nothing runs yet: only constants can be evaluated.
enum ConstantScope implements EvaluationScope {
    NONE;

    @Override
    public Optional<Object> variable(String name) { return Optional.empty(); }

    @Override
    public Optional<String> environment(String name) { return Optional.empty(); }

    @Override
    public List<Item> records(Statement statement) { throw new IllegalStateException("not a constant"); }

    @Override
    public Object groovy(String text, Span span) { throw new IllegalStateException("not a constant"); }
}
