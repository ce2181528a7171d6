package org.sternpost.engine.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.ExportedMessageView;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.engine.time.Time;

/// Writes messages that wait into files on the engine's machine, readable by the engine's user alone. What others wrote
/// is read by it, so it is audited.
record MessageExport(MessagePlans messages, Queue queue, QueueAdmin admin, Time time) {

    Plan<ExportedMessageView> plan(@Nullable String identity, @Nullable String filter, Path path)
            throws ManagementException {
        if (!path.isAbsolute())
            throw new ManagementException(Kind.Invalid, "-Path " + path + " is no whole path",
                    "the engine writes the file: give a path from /, on its machine");
        if (identity != null && Files.exists(path))
            throw new ManagementException(Kind.Exists, path + " is there already", "name another file");
        if (identity == null && !Files.isDirectory(path))
            throw new ManagementException(Kind.Invalid, path + " is no directory of the engine's machine",
                    "-Filter writes a file for each message into a directory that is there");
        Set<QueueId> ids = messages.chosen(identity, filter);
        String target = MessagePlans.target(identity, filter);
        var changes = List.of(new Plan.Change(ids.size() == 1 ? "1 file" : ids.size() + " files", "", path.toString()));
        return new Plan<>("Export-Message", target, changes, "", List.of(), List.of(), 1, by -> {
            var written = new ArrayList<ExportedMessageView>();
            try {
                admin.told(Audit.entry(time.instant(), by, "Export-Message", target, changes));
                for (QueueId id : ids.stream().sorted().toList())
                    export(id, identity != null ? path : path.resolve(id + ".eml")).ifPresent(written::add);
            } catch (FileAlreadyExistsException there) {
                throw new ManagementException(Kind.Exists, there.getMessage() + " is there already", written.size()
                        + " files were written; name an empty directory");
            } catch (IOException broken) {
                throw new ManagementException(Kind.Unavailable, "the export failed: " + broken.getMessage(),
                        written.size() + " files were written whole; look at the directory and its disk");
            }
            return written;
        });
    }

    /// @return empty if it was delivered meanwhile
    private Optional<ExportedMessageView> export(QueueId id, Path file) throws IOException {
        Optional<MessageContent> content = queue.body(id);
        if (content.isEmpty()) return Optional.empty();
        OwnerOnly.newFile(file);
        boolean whole = false;
        try (InputStream from = content.get().open(); OutputStream to = Files.newOutputStream(file)) {
            from.transferTo(to);
            whole = true;
        } finally {
            if (!whole) Files.delete(file);
        }
        return Optional.of(new ExportedMessageView(id.text(), file.toString(), Files.size(file)));
    }
}
