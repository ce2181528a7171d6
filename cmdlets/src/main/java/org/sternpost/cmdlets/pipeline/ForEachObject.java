package org.sternpost.cmdlets.pipeline;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Runs a block for every record and passes on what it gives; a plain value becomes a record with one `Value`.
@Name(verb = Verb.ForEach, noun = "Object", summary = "Runs a block, or takes a property, for every "
        + "record.", aliases = {
                "foreach", "%"})
@Example(shows = "Take one property of every record", run = "Get-OutboundConnector | ForEach-Object -MemberName "
        + "Name", prints = """
        clubs
        Default
        gov
        insurers
        schools
        supplier
        """)
public record ForEachObject(
        @Param(value = "Block that gets the record as $_.", position = 0, oneOf = "what") @Nullable Block process,
        @Param(value = "Property to take.", names = "properties", oneOf = "what") @Nullable String memberName)
        implements
            Cmdlet.Stage {

    public ForEachObject {
        if ((process == null) == (memberName == null))
            throw new IllegalArgumentException("ForEach-Object takes a block or -MemberName");
    }

    @Override
    public RecordProcessor open(StageContext shell) {
        return (item, out) -> {
            Object value = process != null ? process.apply(item) : memberName == null ? null : item.get(memberName);
            ValueRecords.put(value, out);
            return true;
        };
    }
}
