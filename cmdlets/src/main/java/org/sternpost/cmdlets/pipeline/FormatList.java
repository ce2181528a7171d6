package org.sternpost.cmdlets.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Text comes out, so nothing can follow it in a pipeline.
@Name(verb = Verb.Format, noun = "List", summary = "Shows records as lists, one property a line.", aliases = "fl")
@Example(shows = "Choose the properties", run = "Get-OutboundConnector gov | Format-List Name, "
        + "TlsValidation", prints = """
    Name          : gov
    TlsValidation : Enabled
    """)
public record FormatList(
        @Param(value = "Properties to show, in this order; * stands for any "
                + "letters.", position = 0, names = "properties") @Nullable List<String> property)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage(
                (items, out) -> shell.layout().list(items, CollectingStage.properties(items, property))
                        .forEach(out::text));
    }
}
