package org.sternpost.cmdlets.pipeline;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// The header names the properties of all records, in the order in which they first occur.
@Name(verb = Verb.ConvertTo, noun = "Csv", summary = "Shows records as CSV.")
@Example(shows = "See what a spreadsheet would get", run = "Get-OutboundConnector gov | Select-Object Name, "
        + "TlsValidation | ConvertTo-Csv", prints = """
        Name,TlsValidation
        gov,Enabled
        """)
public record ConvertToCsv(
        @Param("Writes text that begins with = + - or @ as it is; else a ' before it keeps a spreadsheet from "
                + "running it.") boolean allowFormulas)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage((items, out) -> shell.layout().csv(items, allowFormulas).forEach(out::text));
    }
}
