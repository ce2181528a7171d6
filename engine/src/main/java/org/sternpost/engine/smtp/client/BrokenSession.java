package org.sternpost.engine.smtp.client;

import java.io.IOException;

/// A session that cannot go on: the connection failed, or the peer left the grammar of SMTP.
public final class BrokenSession extends IOException {

    private static final long serialVersionUID = 1;

    private final Stage stage;

    BrokenSession(Stage stage, IOException cause) {
        super(cause.getMessage(), cause);
        this.stage = stage;
    }

    BrokenSession(Stage stage, String why) {
        super(why);
        this.stage = stage;
    }

    /// Where it broke. After [Stage#Content] the peer may have taken the message all the same.
    public Stage stage() { return stage; }
}
