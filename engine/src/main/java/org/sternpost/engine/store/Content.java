package org.sternpost.engine.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Octets of a known number that can be read more than once.
public interface Content {

    /// Octets.
    long size();

    /// A fresh stream from the first octet; the caller closes it.
    InputStream open() throws IOException;

    /// Whoever brings the content cannot give it: the store that reads it has no fault.
    final class UnreadableException extends IOException {

        private static final long serialVersionUID = 1;

        public UnreadableException(IOException cause) {
            super("what was handed in could not be read: " + cause.getMessage(), cause);
        }
    }

    /// Content that is in memory already; the array is not copied and must not change.
    static Content of(byte[] octets) {
        return new Content() {
            @Override
            public long size() { return octets.length; }

            @Override
            public InputStream open() { return new ByteArrayInputStream(octets); }
        };
    }
}
