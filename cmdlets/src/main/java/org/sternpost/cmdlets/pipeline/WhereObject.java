package org.sternpost.cmdlets.pipeline;

import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Passes on the records for which a block holds; `Where-Object Status -eq Retry` is the same without braces.
@Name(verb = Verb.Where, noun = "Object", summary = "Passes on the records that satisfy a condition.", aliases = {
        "where", "?"})
@Example(shows = "Filter as in PowerShell", run = "Get-OutboundConnector | Where-Object { $_.TlsValidation -ne "
        + "'Disabled' } | Select-Object Name", prints = """
        Name
        --------
        clubs
        Default
        gov
        insurers
        schools
        """)
@Example(shows = "The same without braces", run = "Get-Queue | Where-Object Status -eq Retry | Select-Object "
        + "Identity", prints = """
        Identity
        -------------------
        gov/tax.gov.example
        """)
public record WhereObject(
        @Param(value = "Condition on $_, or Property -eq value without "
                + "braces.", position = 0, names = "properties") Block filterScript)
        implements
            Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return (item, out) -> {
            if (filterScript.test(item)) out.put(item);
            return true;
        };
    }
}
