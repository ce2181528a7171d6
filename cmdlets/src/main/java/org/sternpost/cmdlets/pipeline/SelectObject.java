package org.sternpost.cmdlets.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Keeps some properties, or some of the records.
@Name(verb = Verb.Select, noun = "Object", summary = "Picks properties, or the first or last "
        + "records.", aliases = "select")
@Example(shows = "Keep two properties", run = "Get-OutboundConnector | Select-Object Name, TlsValidation", prints = """
    Name      TlsValidation
    --------  -------------
    clubs     Opportunistic
    Default   Opportunistic
    gov       Enabled
    insurers  Opportunistic
    schools   Opportunistic
    supplier  Disabled
    """)
@Example(shows = "See the domains of a connector one by one", run = "Get-OutboundConnector gov | Select-Object "
        + "-ExpandProperty RecipientDomains", prints = """
        *.gov.example
        """)
public record SelectObject(
        @Param(value = "Properties to keep, in this order; * stands for any "
                + "letters.", position = 0, names = "properties", oneOf = "what") @Nullable List<String> property,
        @Param("Only so many records from the start.") @Nullable Integer first,
        @Param("Only so many records from the end.") @Nullable Integer last,
        @Param("Leaves out so many records at the start.") @Nullable Integer skip,
        @Param("Leaves out records that came before.") boolean unique,
        @Param(value = "Property whose values become the "
                + "records.", names = "properties", oneOf = "what") @Nullable String expandProperty)
        implements
            Cmdlet.Stage {

    public SelectObject {
        for (Integer count : new Integer[]{first, last, skip})
            if (count != null && count < 0) throw new IllegalArgumentException("a count is not negative");
    }

    @Override
    public RecordProcessor open(StageContext shell) { return new Selection(this); }
}
