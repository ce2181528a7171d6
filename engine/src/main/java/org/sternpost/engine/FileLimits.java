package org.sternpost.engine;

import org.sternpost.engine.config.Settings;
import org.sternpost.engine.process.OpenFiles;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// Shares the files that the process may have open among those whom strangers set to work, and keeps the rest for what
/// must always work: the store, the shells of operators, reports.
///
/// Each share is held by who has it, at every moment: a session to a host has one file, its connection, and a place
/// from before it is called until it is closed ([org.sternpost.engine.delivery.SessionPlaces]); the message that it
/// sends is open only while octets are read of it, by the few threads that read; and so many questions to DNS servers
/// and policy hosts are under way, whoever asks.
///
/// @param submission sessions that bring mail
/// @param deliveries sessions that take mail away
/// @param lookups    connections for names and policies
/// @param enough     files with which nobody would get less than the settings say
record FileLimits(ServerLimits.Sessions submission, int deliveries, int lookups, long enough) {

    private static final System.Logger LOG = System.getLogger(FileLimits.class.getName());
    private static final int SHELLS = 64; // as many as the administrators' socket takes
    private static final int OWN = 128; // libraries, the store's files and threads that read, listeners, reports
    private static final int OF_SESSION = 2; // its connection, and a file for a large message on its way in
    private static final int LOOKUPS = 2_048; // for as many deliveries; more of them have more where there is room

    /// @param most files that the process may have open
    static FileLimits of(ServerLimits.Sessions submission, int deliveries, long most) {
        int lookups = Math.min(deliveries, LOOKUPS);
        long wanted = (long) OF_SESSION * submission.all() + submission.refused() + deliveries + lookups;
        long enough = SHELLS + OWN + wanted;
        if (most >= enough)
            return new FileLimits(submission, deliveries,
                    (int) Math.min(most - enough + lookups, Math.max(LOOKUPS, 2L * deliveries)), enough);
        double part = Math.max(0, most - SHELLS - OWN) / (double) wanted;
        int sessions = part(submission.all(), part);
        var fewer = submission.atMost(sessions);
        return new FileLimits(
                new ServerLimits.Sessions(fewer.all(), fewer.ofAddress(), fewer.ofNetwork(),
                        part(submission.refused(), part)),
                part(deliveries, part), part(lookups, part), enough);
    }

    /// What the settings want, or less where the process may have too few files open.
    static FileLimits of(Settings settings) {
        var wanted = settings.submission().limits().sessions();
        long most = OpenFiles.most().orElse(Long.MAX_VALUE);
        var limits = of(wanted, settings.delivery().maxSessions(), most);
        if (most < limits.enough())
            LOG.log(System.Logger.Level.WARNING,
                    "event=few-descriptors files={0} submission=\"{1} sessions instead of {2}\" delivery=\"{3} "
                            + "sessions instead of {4}\" remedy=\"raise the limit of open files of this process "
                            + "(ulimit -n, or LimitNOFILE= of its service) to {5}, or lower "
                            + "submissionLimits.maxSessions and delivery.maxSessions\"",
                    Long.toString(most), Integer.toString(limits.submission().all()),
                    Integer.toString(wanted.all()), Integer.toString(limits.deliveries()),
                    Integer.toString(settings.delivery().maxSessions()), Long.toString(limits.enough()));
        return limits;
    }

    private static int part(int wanted, double part) { return (int) Math.max(1, wanted * part); }
}
