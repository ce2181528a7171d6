package org.sternpost.engine.smtp.client;

import java.io.IOException;

/// A session that cannot go on: the connection failed, or the peer left the grammar of SMTP.
public final class BrokenSession extends IOException {

    private static final long serialVersionUID = 1;

    private final Stage stage;
    private final boolean ours;

    BrokenSession(Stage stage, IOException cause) { this(stage, cause, false); }

    /// @param ours our own machine or network failed, whatever the host would have said
    BrokenSession(Stage stage, IOException cause, boolean ours) {
        super(cause.getMessage(), cause);
        this.stage = stage;
        this.ours = ours;
    }

    BrokenSession(Stage stage, String why) {
        super(why);
        this.stage = stage;
        this.ours = false;
    }

    /// Where it broke. After [Stage#Content] the peer may have taken the message all the same.
    public Stage stage() { return stage; }

    /// True if our own machine or network failed, so that nothing is known of the host.
    public boolean isOurs() { return ours; }
}
