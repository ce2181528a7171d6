package org.sternpost.cmdlets.pipeline;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Name.Verb;

/// A single record with a tree is shown so anyway; this shows the trees of several.
@Name(verb = Verb.Format, noun = "Tree", summary = "Shows records as trees, each node with what hangs on it.")
@Example(shows = "See the whole proof of several domains", run = "'tax.gov.example', 'old.example' "
        + "| Test-TlsValidation | Format-Tree", prints = """
    Mail to tax.gov.example would wait under Enabled: …
    …
    Mail to old.example would wait under Enabled: …
    …
    """)
public record FormatTree() implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new CollectingStage((items, out) -> shell.layout().tree(items).forEach(out::text));
    }
}
