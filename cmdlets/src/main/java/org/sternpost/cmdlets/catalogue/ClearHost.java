package org.sternpost.cmdlets.catalogue;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Name.Verb;

/// PowerShell's `clear` and `cls`: an empty window, where there is one.
@Name(verb = Verb.Clear, noun = "Host", summary = "Clears the terminal's window.", aliases = {"clear", "cls"})
@Example(shows = "Begin with an empty window", run = "Clear-Host", prints = "")
public record ClearHost() implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new RecordProcessor() {
            @Override
            public boolean accept(Item item, Sink out) { return true; }

            @Override
            public void end(Sink out) { shell.clearWindow(); }
        };
    }
}
