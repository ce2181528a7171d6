package org.sternpost.shell.bind;

import java.util.Optional;
import org.sternpost.cmdlets.Block;
import org.sternpost.shell.filter.Filter;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Value;

/// Makes something that runs of a filter or of Groovy.
public interface BlockCompiler {

    Block filter(Filter filter);

    /// @param records what the block will be given, if that is known
    Block groovy(Value.Block block, Optional<ViewType> records) throws BindException;
}
