package org.sternpost.engine.queue;

import java.io.IOException;
import java.io.InputStream;

/// The octets of a stored message: header and text with CRLF line ends, not dot-stuffed, as SMTP gave them to us with our
/// `Received` field in front.
public interface Body {

    /// Octets.
    long size();

    /// A fresh stream from the first octet; the caller closes it.
    InputStream open() throws IOException;
}
