package org.sternpost.cmdlets.mail;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.engine.control.view.ExportedMessageView;

/// Writes messages that wait into files, octet for octet as they are sent; they go on waiting.
@Name(verb = Verb.Export, noun = "Message", summary = "Writes waiting messages into .eml files.")
@Example(shows = "See what an export would write", run = "Export-Message 01J9ZK3M5T00000A -Path /var/tmp/form.eml "
        + "-WhatIf", prints = """
        What if: Export-Message on Message 01J9ZK3M5T00000A
          1 file: → /var/tmp/form.eml
        """)
public record ExportMessage(
        @Param(position = 0, pipeline = true, names = "messages", oneOf = "which", value = "Queue id of the "
                + "message.") @Nullable String identity,
        @Param(value = "All messages that are so: {FromAddress -eq 'shop@example.com'}"
                + ".", names = "filter", oneOf = "which") @Nullable String filter,
        @Param("File of one message, or directory for those of a filter: a whole path on the engine's machine, which "
                + "the engine may write to. Nobody else may read what it writes.") Path path)
        implements
            Cmdlet.Change<ExportedMessageView> {

    public ExportMessage {
        Chosen.one(identity, filter);
        QueueFilters.checkMessages(filter);
    }

    @Override
    public Plan<ExportedMessageView> plan(Management engine) throws ManagementException {
        return engine.queues().export(identity, filter, path);
    }
}
