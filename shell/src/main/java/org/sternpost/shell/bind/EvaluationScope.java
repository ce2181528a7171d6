package org.sternpost.shell.bind;

import java.util.Optional;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Statement;

/// What values may ask for while a text runs: variables, the environment, other pipelines, Groovy.
public interface EvaluationScope {

    /// A session variable; empty if there is none of this name.
    Optional<Object> variable(String name);

    Optional<String> environment(String name);

    /// Records of a pipeline in parentheses.
    java.util.List<Item> records(Statement statement) throws BindException;

    /// The value of a Groovy expression.
    Object groovy(String text, Span span) throws BindException;
}
