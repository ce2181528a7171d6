package org.sternpost.engine;

import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// Shares the files that the process may have open among those whom strangers set to work, and keeps the rest for what
/// must always work: the store, the shells of operators, DNS, reports.
///
/// @param submission sessions that bring mail
/// @param deliveries sessions that take mail away
/// @param enough     files with which nobody would get less than the settings say
record FileLimits(ServerLimits.Sessions submission, int deliveries, long enough) {

    private static final int SHELLS = 64; // as many as the administrators' socket takes
    private static final int OWN = 96; // libraries, the store's files, listeners, policies and reports
    private static final int OF_SESSION = 2; // its connection, and a file for a large message on its way in
    private static final int OF_DELIVERY = 4; // its connection and the content; before that its questions to DNS

    /// @param most files that the process may have open
    static FileLimits of(ServerLimits.Sessions submission, int deliveries, long most) {
        long wanted = (long) OF_SESSION * submission.all() + submission.refused() + (long) OF_DELIVERY * deliveries;
        long enough = SHELLS + OWN + wanted;
        if (most >= enough) return new FileLimits(submission, deliveries, enough);
        double part = Math.max(0, most - SHELLS - OWN) / (double) wanted;
        int sessions = part(submission.all(), part);
        var fewer = submission.atMost(sessions);
        return new FileLimits(
                new ServerLimits.Sessions(fewer.all(), fewer.ofAddress(), fewer.ofNetwork(),
                        part(submission.refused(), part)),
                part(deliveries, part), enough);
    }

    private static int part(int wanted, double part) { return (int) Math.max(1, wanted * part); }
}
