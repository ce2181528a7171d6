package org.sternpost.engine.smtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sternpost.engine.time.Patience;

/// The client's side of an SMTP session, in lines. It reads no more ahead than a few replies.
public final class Dialogue {

    private final Socket socket;
    private final BufferedReader in;

    /// @param socket stays its owner's; has said and heard what comes before
    public Dialogue(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) Patience.AMPLE.toMillis());
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 256);
    }

    /// All lines of the next reply, each with LF; what came of them at the end.
    public String reply() throws IOException {
        var text = new StringBuilder();
        String line;
        do {
            line = in.readLine();
            if (line != null) text.append(line).append('\n');
        } while (line != null && line.startsWith("-", 3));
        return text.toString();
    }

    /// The reply to a line.
    public String say(String line) throws IOException {
        write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        return reply();
    }

    /// Says each line when the one before was answered, and takes no refusal.
    public void say(List<String> lines) throws IOException {
        for (String line : lines) {
            String said = say(line);
            assertTrue(said.matches("(?s)(2|354).*"), line + ": " + said);
        }
    }

    public void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }
}
