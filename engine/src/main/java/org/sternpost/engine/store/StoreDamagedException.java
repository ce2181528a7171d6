package org.sternpost.engine.store;

import java.io.IOException;

/// The store cannot be opened or read without risk to the mail in it; nothing was changed.
public final class StoreDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    StoreDamagedException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    StoreDamagedException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /// What the operator can do, in words.
    public String remedy() { return remedy; }
}
