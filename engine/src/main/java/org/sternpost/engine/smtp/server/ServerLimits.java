package org.sternpost.engine.smtp.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much all listeners together take.
///
/// @param messageOctetsMax announced as `SIZE`
/// @param recipientsMax    of one message
/// @param errorsMax        replies of class 5 to one session before it is closed
/// @param memoryOctetsMax  of all sessions together
public record ServerLimits(long messageOctetsMax, int recipientsMax, int errorsMax, Sessions sessions, Times times,
        long memoryOctetsMax) {

    /// Sessions at one time. Clients that may not relay have none of these: they are told so, and are counted apart.
    ///
    /// @param ofAddress of one client, so that it leaves some to the others
    /// @param ofNetwork of the addresses that one client may have: 24 bits of IPv4, 64 of IPv6
    /// @param refused   clients that are being told why they are not served
    public record Sessions(int all, int ofAddress, int ofNetwork, int refused) {

        /// Of which one client may have half.
        public static Sessions of(int all) {
            return new Sessions(all, Math.max(1, all / 2), Math.max(1, all / 4 * 3), 100);
        }

        /// No more than so many.
        public Sessions atMost(int most) {
            var fewer = of(most);
            return new Sessions(Math.min(all, most), Math.min(ofAddress, fewer.ofAddress()),
                    Math.min(ofNetwork, fewer.ofNetwork()), Math.min(refused, most));
        }
    }

    /// How long things may take, however busy a client looks.
    ///
    /// @param command             from one reply to the end of the next command; also for a client to take replies
    /// @param session             the whole
    /// @param dataOctetsPerSecond of a message on its way in, on the average
    /// @param grace               for sessions to finish a message when the engine stops
    public record Times(Duration command, Duration session, int dataOctetsPerSecond, Duration grace) {

        public static final Times DEFAULT = new Times(Duration.ofMinutes(5), // RFC 5321 §4.5.3.2.7
                Duration.ofHours(2), 1_000, Duration.ofSeconds(5));
    }

    public static final ServerLimits DEFAULT = new ServerLimits(50L << 20, 1_000, 50, Sessions.of(1_000), Times.DEFAULT,
            Runtime.getRuntime().maxMemory() / 4);

    /// By the names that they have in the settings.
    public Map<String, String> shown() {
        var shown = new LinkedHashMap<String, String>();
        shown.put("maxSessions", String.valueOf(sessions.all()));
        shown.put("maxSessionsPerAddress", String.valueOf(sessions.ofAddress()));
        shown.put("maxSessionsPerNetwork", String.valueOf(sessions.ofNetwork()));
        shown.put("maxRefusedSessions", String.valueOf(sessions.refused()));
        shown.put("maxCommandTime", times.command().toSeconds() + "s");
        shown.put("maxSessionTime", times.session().toSeconds() + "s");
        shown.put("minDataRate", String.valueOf(times.dataOctetsPerSecond()));
        shown.put("maxMemory", String.valueOf(memoryOctetsMax));
        shown.put("maxRecipients", String.valueOf(recipientsMax));
        shown.put("maxErrors", String.valueOf(errorsMax));
        return shown;
    }

    public ServerLimits withMessageOctetsMax(long octets) {
        return new ServerLimits(octets, recipientsMax, errorsMax, sessions, times, memoryOctetsMax);
    }

    public ServerLimits withSessions(Sessions other) {
        return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, other, times, memoryOctetsMax);
    }

    public ServerLimits withTimes(Times other) {
        return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, sessions, other, memoryOctetsMax);
    }

    public ServerLimits withMemoryOctetsMax(long octets) {
        return new ServerLimits(messageOctetsMax, recipientsMax, errorsMax, sessions, times, octets);
    }
}
