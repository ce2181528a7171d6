package org.sternpost.engine.pickup;

import java.nio.file.Path;

/// Where files are picked up, and how much of them.
///
/// @param hostName         who we are in `Received` and `Message-ID`
/// @param messageOctetsMax of a whole message, as by any door
public record PickupTerms(Path directory, int headerOctetsMax, int recipientsMax, int messagesAMinuteMax,
        String hostName, long messageOctetsMax) {

    public static final int HEADER_OCTETS = 64 << 10; // as Exchange has them, all three
    public static final int RECIPIENTS = 100;
    public static final int MESSAGES_A_MINUTE = 100;
}
