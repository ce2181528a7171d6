package org.sternpost.cmdlets.pipeline;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// One record gives an object, several give an array; names and units are those of `-OutputFormat Json`.
@Name(verb = Verb.ConvertTo, noun = "Json", summary = "Shows records as JSON.")
@Example(shows = "Hand data to another program", run = "Get-OutboundConnector gov | Select-Object Name, "
        + "TlsValidation | ConvertTo-Json -Compress", prints = """
        {"name":"gov","tlsValidation":"Enabled"}
        """)
public record ConvertToJson(@Param("Leaves out blanks and line ends.") boolean compress) implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage((items, out) -> shell.layout().json(items, compress).lines().forEach(out::text));
    }
}
