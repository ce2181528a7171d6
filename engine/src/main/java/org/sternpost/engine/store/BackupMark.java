package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/// Says in a backup what it is, so that the first engine that starts on it tells its operator what that means.
final class BackupMark {

    static final String NAME = "store.backup";

    private static final System.Logger LOG = System.getLogger(BackupMark.class.getName());

    private BackupMark() {}

    /// @param at the moment that the backup is of
    static void write(Path directory, Instant at) throws IOException {
        Files.writeString(OwnerOnly.file(directory.resolve(NAME)), at.toString(), StandardCharsets.US_ASCII);
    }

    /// Told once: from now on the directory is an engine's.
    static void tell(Path directory) {
        Path mark = directory.resolve(NAME);
        try {
            String at = Files.readString(mark, StandardCharsets.US_ASCII);
            Files.delete(mark);
            LOG.log(System.Logger.Level.WARNING, "event=backup-restored data={0} of={1} what=\"mail that was delivered "
                    + "after that moment is not known here and is sent again; mail that was accepted after it is not "
                    + "here\" remedy=\"README has how to have less of that, under Backup-Store\"", directory, at);
        } catch (NoSuchFileException none) {
            // Most directories are none.
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.WARNING, "event=backup-mark-not-read file={0} why=\"{1}\"", mark,
                    broken.getMessage());
        }
    }
}
