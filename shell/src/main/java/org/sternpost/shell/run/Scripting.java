package org.sternpost.shell.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value;

/// Groovy, as far as the command language needs it; loaded when first used.
public interface Scripting {

    Block block(Value.Block block, Optional<ViewType> records) throws BindException;

    Object evaluate(String text, Span span) throws BindException;

    /// Loads what the first block would have to wait for.
    void warm();

    /// Runs a script file with the words after its name.
    void file(Path file, List<String> arguments) throws StatementException;
}
