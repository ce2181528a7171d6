package org.sternpost.engine.smtp.client;

import java.io.IOException;
import org.sternpost.engine.net.StalledException;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;

/// A session that cannot go on: the connection failed, or the peer left the grammar of SMTP.
public final class BrokenSessionException extends IOException {

    private static final long serialVersionUID = 1;

    /// What broke it.
    public enum Fault {
        /// Our own machine or network failed, or we did not run ([StalledException]): nothing is known of the host.
        Own,
        /// The connection failed, was closed, or nothing came in time.
        Connection,
        /// What the host said is no reply, or none to what it was asked.
        Protocol,
        /// A reply was there before it was asked for.
        Unasked,
        /// Octets in clear came behind the reply that opens TLS (CVE-2011-0411).
        Injected,
        /// The host answered some of the commands that were sent together and lost the others (RFC 2920 §3.2).
        Pipeline,
        /// The host announced CHUNKING and does not know BDAT (RFC 3030 §2).
        Chunking
    }

    private final Stage stage;
    private final Fault fault;

    BrokenSessionException(Stage stage, IOException cause) {
        this(stage, StalledException.isCause(cause) ? Fault.Own : Fault.Connection, cause);
    }

    BrokenSessionException(Stage stage, Fault fault, IOException cause) {
        super(cause.getMessage(), cause);
        this.stage = stage;
        this.fault = fault;
    }

    BrokenSessionException(Stage stage, String why) { this(stage, Fault.Protocol, why); }

    BrokenSessionException(Stage stage, Fault fault, String why) {
        super(why);
        this.stage = stage;
        this.fault = fault;
    }

    /// Where it broke. After [Stage#Content] the peer may have taken the message all the same.
    public Stage stage() { return stage; }

    public Fault fault() { return fault; }

    /// The same at another stage.
    BrokenSessionException at(Stage other) {
        return getCause() instanceof IOException cause
                ? new BrokenSessionException(other, fault, cause)
                : new BrokenSessionException(other, fault, String.valueOf(getMessage()));
    }
}
