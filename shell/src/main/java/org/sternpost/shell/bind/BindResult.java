package org.sternpost.shell.bind;

import org.sternpost.shell.line.SyntaxError;

/// What binding a text gives.
public sealed interface BindResult {

    /// Everything fits.
    record Ready(BoundScript script) implements BindResult {}

    /// Nothing of it runs.
    record Refused(SyntaxError error) implements BindResult {}
}
