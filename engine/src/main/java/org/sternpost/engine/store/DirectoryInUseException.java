package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;

/// Another engine owns the data directory.
final class DirectoryInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    DirectoryInUseException(Path directory, String pid) {
        super("the data directory " + directory + " is in use by the engine with process id "
                + (pid.isEmpty() ? "unknown" : pid) + "; stop it or give this one another dataDirectory");
    }
}
