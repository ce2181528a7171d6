package org.sternpost.cmdlets.report;

import java.nio.file.Path;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.StoreBackupView;

/// Copies all that the engine keeps, while mail flows: queue, contents, settings, trace and keys as of one moment.
@Name(verb = Verb.Backup, noun = "Store", summary = "Copies all that the engine keeps, while mail flows.")
@Example(shows = "See what a backup would take", run = "Backup-Store /var/tmp/mail-1123 -WhatIf", prints = """
        What if: Backup-Store on Store /var/tmp/mail-1123
          path: → /var/tmp/mail-1123
          affects: … octets at most
        """)
public record BackupStore(
        @Param(value = "Directory to be made, outside the data directory: a whole path on the engine's machine, "
                + "which the engine may write to. To restore it, stop the engine and put it in the place of the data "
                + "directory; it then sends again what was delivered after the backup (README says how to have less of "
                + "that).", position = 0) Path path)
        implements
            Cmdlet.Change<StoreBackupView> {

    @Override
    public Plan<StoreBackupView> plan(Management engine) throws ManagementException {
        return engine.store().backup(path);
    }
}
