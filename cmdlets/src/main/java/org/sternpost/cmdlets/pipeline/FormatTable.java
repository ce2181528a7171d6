package org.sternpost.cmdlets.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Text comes out, so nothing can follow it in a pipeline.
@Name(verb = Verb.Format, noun = "Table", summary = "Shows records as a table.", aliases = "ft")
@Example(shows = "Choose the properties", run = "Get-OutboundConnector | Format-Table Name, TlsValidation", prints = """
    Name      TlsValidation
    --------  -------------
    clubs     Opportunistic
    Default   Opportunistic
    gov       Enabled
    insurers  Opportunistic
    schools   Opportunistic
    supplier  Disabled
    """)
public record FormatTable(
        @Param(value = "Properties to show, in this order; * stands for any "
                + "letters.", position = 0, names = "properties") @Nullable List<String> property)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage(
                (items, out) -> shell.layout().table(items, CollectingStage.properties(items, property))
                        .forEach(out::text));
    }
}
