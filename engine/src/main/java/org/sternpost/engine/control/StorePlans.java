package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.StoreBackupView;
import org.sternpost.engine.store.Backups;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.StoreBackup.BackupRefusedException;
import org.sternpost.engine.store.StoreBackup;
import org.sternpost.engine.time.Time;

/// The engine's data as a whole.
///
/// @param besides directories of files within it that belong to a backup
public record StorePlans(Database store, Backups backups, List<String> besides,
        Time time) implements Management.StorePort {

    @Override
    public Plan<StoreBackupView> backup(Path target) throws ManagementException {
        long octets;
        try {
            octets = backups.requirePlace(target);
        } catch (IOException refused) {
            throw of(refused);
        }
        var changes = List.of(new Plan.Change("path", "", target.toString()));
        String shown = "Store " + target;
        return new Plan<>("Backup-Store", shown, changes, octets + " octets at most", List.of(), by -> {
            StoreBackup.Done done;
            try {
                done = backups.make(target, besides);
            } catch (IOException refused) {
                throw of(refused);
            }
            try {
                store.<@Nullable Void>write(Audit.entry(time.instant(), by, "Backup-Store", shown, changes));
            } catch (IOException unwritten) {
                throw new ManagementException(Kind.Unavailable, "the backup " + done.path() + " was made and is whole, "
                        + "and the audit log has no entry of it: " + unwritten.getMessage(),
                        "look at the disk of the data directory");
            }
            return List.of(new StoreBackupView(done.path().toString(), done.messages(), done.octets()));
        });
    }

    private static ManagementException of(IOException failed) {
        return failed instanceof BackupRefusedException refused
                ? new ManagementException(Kind.Invalid, String.valueOf(refused.getMessage()), refused.remedy())
                : new ManagementException(Kind.Unavailable, "the backup was not made: " + failed.getMessage(),
                        "nothing of it is left; look at the disk that it was to be on");
    }
}
