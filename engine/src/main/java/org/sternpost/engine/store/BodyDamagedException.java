package org.sternpost.engine.store;

import java.io.IOException;

/// The octets of a body are not those that were kept, and never will be: its file was altered, cut or removed.
///
/// Trouble that may pass, such as a disk that fails to read now, is any other IOException.
public final class BodyDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    BodyDamagedException(String why) { super(why); }

    BodyDamagedException(String why, IOException cause) { super(why, cause); }
}
