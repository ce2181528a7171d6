package org.sternpost.engine.smtp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What a test says to a server that may have had enough of it, and what the server said before.
///
/// Such a server lingers for a while and then closes, also over octets that it did not read: on a busy machine the test
/// comes later than that, and its next word meets a closed connection. That is no failure; what was said stands.
public final class RawClient {

    private RawClient() {}

    public static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Says it if the server is still there.
    public static void sayUnlessEnded(Socket client, String text) {
        sayUnlessEnded(client, text.getBytes(StandardCharsets.UTF_8));
    }

    /// The same for octets that may be no text.
    public static void sayUnlessEnded(Socket client, byte[] octets) {
        try {
            client.getOutputStream().write(octets);
        } catch (IOException _) {
            // What the server said before it went is still to be read.
        }
    }

    /// All that arrives until the server closes.
    public static String heard(Socket client) {
        var octets = new ByteArrayOutputStream();
        try {
            client.getInputStream().transferTo(octets);
        } catch (IOException _) {
            // A reset follows what was said; the caller looks at that.
        }
        return octets.toString(StandardCharsets.UTF_8);
    }
}
