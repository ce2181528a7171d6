package org.sternpost.engine.smtp.server;

import java.time.Duration;

/// How much one server takes.
///
/// @param messageOctetsMax   announced as `SIZE`
/// @param sessionsMax        at once, over all listeners
/// @param recipientsMax      of one message
/// @param commandsMax        of one session, messages included
/// @param errorsMax          replies of class 5 to one session before it is closed
/// @param idle               silence after which a session is closed
/// @param grace              time that sessions have to finish a message when the engine stops
/// @param receivedFieldsMax  beyond them a message is going round in circles
public record ServerLimits(long messageOctetsMax, int sessionsMax, int recipientsMax, int commandsMax, int errorsMax,
        Duration idle, Duration grace, int receivedFieldsMax) {

    public static final ServerLimits DEFAULT = new ServerLimits(50L << 20, 1_000, 1_000, 100_000, 50,
            Duration.ofMinutes(5), // RFC 5321 §4.5.3.2.7
            Duration.ofSeconds(5), 50); // RFC 5321 §6.3 asks for a large one

    public ServerLimits withMessageOctetsMax(long octets) {
        return new ServerLimits(octets, sessionsMax, recipientsMax, commandsMax, errorsMax, idle, grace,
                receivedFieldsMax);
    }
}
