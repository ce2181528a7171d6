package org.sternpost.cmdlets.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// The file is written beside its place and moved there at the end, so a reader never sees half of it.
@Name(verb = Verb.Export, noun = "Csv", summary = "Writes records to a CSV file.")
@Example(shows = "Keep the counts for a spreadsheet", run = "Get-DeliveryReport | Export-Csv counts.csv", prints = "")
public record ExportCsv(@Param(value = "File to write; one that exists is replaced.", position = 0) Path path,
        @Param("Writes text that begins with = + - or @ as it is; else a ' before it keeps a spreadsheet from "
                + "running it.") boolean allowFormulas)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage((items, _) -> write(shell.layout().csv(items, allowFormulas)));
    }

    private void write(List<String> lines) {
        try (var file = WholeFile.open(path, false)) {
            for (String line : lines)
                file.line(line);
            file.keep();
        } catch (IOException failed) {
            throw new UncheckedIOException(path + " cannot be written: " + WholeFile.why(failed), failed);
        }
    }
}
