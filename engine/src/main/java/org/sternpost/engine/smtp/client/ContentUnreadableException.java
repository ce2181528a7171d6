package org.sternpost.engine.smtp.client;

import java.io.IOException;

/// Our own copy of a message could not be read: trouble on our side, not the peer's.
final class ContentUnreadableException extends IOException {

    private static final long serialVersionUID = 1;

    ContentUnreadableException(IOException cause) { super(cause.getMessage(), cause); }
}
