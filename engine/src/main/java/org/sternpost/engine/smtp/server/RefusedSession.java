package org.sternpost.engine.smtp.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.SmtpInput;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;

/// Tells a client in its greeting that it gets no session, and why.
///
/// Departs from RFC 5321 §3.1, by which a server that greets with 554 waits for QUIT: it waits some seconds, and where
/// many are refused at once not at all. Who may not relay must not hold anything of ours.
final class RefusedSession {

    private static final System.Logger LOG = System.getLogger(RefusedSession.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LINE_OCTETS_MAX = 512; // RFC 5321 §4.5.3.1.4
    private static final int LINES_MAX = 20;

    private final SmtpConnection connection;
    private final Reply why;

    RefusedSession(Socket socket, ListenerConfig config, Reply why) throws IOException {
        this.connection = new SmtpConnection(socket, PATIENCE, PATIENCE, config.time());
        this.why = why;
    }

    void run() {
        try (connection) {
            connection.say(why);
            connection.flush();
            // RFC 5321 §3.1: after 554 the client says QUIT. RFC 5321 §3.8: after 421 the server has closed.
            if (why.severity() == Reply.Severity.Permanent) hearOut();
            connection.linger();
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "event=refusal-unheard why={0}", gone.getMessage());
        }
    }

    /// All there is time for when too many come: nothing else was written yet, so this never waits.
    static void sayAndClose(Socket socket, Reply why) throws IOException {
        try (socket) {
            socket.getOutputStream().write((why + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void hearOut() throws IOException {
        for (int i = 0; i < LINES_MAX; i++) {
            connection.beginCommand();
            if (!connection.in().holdsLine()) connection.flush();
            switch (connection.in().line(LINE_OCTETS_MAX)) {
                case SmtpInput.Line.End _ -> {
                    return;
                }
                case SmtpInput.Line.Text(var octets) when isQuit(octets) -> {
                    connection.say(Reply.of(221, "2.0.0 closing"));
                    connection.flush();
                    return;
                }
                case SmtpInput.Line _ -> connection.say(Reply.of(503, "5.5.1 there is no session; say QUIT"));
            }
        }
        connection.flush();
    }

    private static boolean isQuit(byte[] line) {
        return new String(line, StandardCharsets.ISO_8859_1).strip().equalsIgnoreCase("QUIT");
    }
}
