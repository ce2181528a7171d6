package org.sternpost.cmdlets.pipeline;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;

/// Counts records, and adds up one of their properties.
@Name(verb = Verb.Measure, noun = "Object", summary = "Counts records and sums a property.", aliases = "measure")
@Example(shows = "Count waiting messages over all queues", run = "Get-Queue | Measure-Object MessageCount "
        + "-Sum", prints = """
        Count  Property      Sum
        -----  ------------  ---
        3      MessageCount  4
        """)
public record MeasureObject(
        @Param(value = "Property to look at.", position = 0, names = "properties") @Nullable String property,
        @Param("Adds the values up.") boolean sum,
        @Param("Gives their mean.") boolean average,
        @Param("Gives the greatest.") boolean maximum,
        @Param("Gives the least.") boolean minimum) implements Cmdlet.Stage {

    public MeasureObject {
        if (property == null && (sum || average || maximum || minimum))
            throw new IllegalArgumentException("name the property to measure");
    }

    @Override
    public RecordProcessor open(StageContext shell) { return new Measurement(this); }
}
