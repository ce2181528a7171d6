package org.sternpost.shell.launch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The stream for data: buffered, in UTF-8. Data that cannot be written ends the process with a word, never silently.
final class Output {

    private static final int BUFFER_OCTETS = 1 << 14;

    private final OutputStream stream;

    /// The data went nowhere. An error, so that no script takes it for one of its own failures.
    static final class OutputLostException extends Error {
        private static final long serialVersionUID = 1L;

        private final IOException why;

        OutputLostException(IOException why) {
            super(why.getMessage(), why, false, false);
            this.why = why;
        }

        /// The reader of a pipe has left, as `head` does when it has seen enough (EPIPE).
        boolean readerGone() { return String.valueOf(why.getMessage()).contains("Broken pipe"); }

        String why() { return String.valueOf(why.getMessage()); }
    }

    Output(OutputStream stream) { this.stream = new BufferedOutputStream(stream, BUFFER_OCTETS); }

    void line(String line) {
        try {
            stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new OutputLostException(broken);
        }
    }

    void flush() {
        try {
            stream.flush();
        } catch (IOException broken) {
            throw new OutputLostException(broken);
        }
    }
}
