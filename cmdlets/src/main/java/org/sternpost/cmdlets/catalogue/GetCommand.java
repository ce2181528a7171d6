package org.sternpost.cmdlets.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Wildcard;
import org.sternpost.engine.control.view.Column;

/// Lists cmdlets by noun, then verb.
@Name(verb = Verb.Get, noun = "Command", summary = "Lists cmdlets.", aliases = "gcm")
@Example(shows = "See what can be done with rollouts", run = "Get-Command -Noun TlsRollout | Select-Object "
        + "Name", prints = """
        Name
        ------------------
        Get-TlsRollout
        Resume-TlsRollout
        Start-TlsRollout
        Stop-TlsRollout
        Suspend-TlsRollout
        Undo-TlsRollout
        Wait-TlsRollout
        Watch-TlsRollout
        """)
public record GetCommand(
        @Param(value = "Name or alias; * stands for any "
                + "letters.", position = 0, names = "cmdlets") @Nullable String name,
        @Param("Only this verb; * stands for any letters.") @Nullable String verb,
        @Param("Only this noun; * stands for any letters.") @Nullable String noun) implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new RecordProcessor() {
            @Override
            public boolean accept(Item item, Sink out) { return false; }

            @Override
            public void end(Sink out) { list(shell.catalogue(), out); }
        };
    }

    private void list(Catalogue catalogue, Sink out) {
        List<Descriptor> found = catalogue.all().stream().filter(this::wanted).toList();
        if (found.isEmpty() && name != null && !Wildcard.isIn(name))
            throw new IllegalArgumentException("there is no cmdlet " + name + "; "
                    + Nearest.hint(name, catalogue.all().stream().map(Descriptor::name).toList()));
        for (Descriptor cmdlet : found)
            out.put(new RecordItem(new CommandView(cmdlet.name(), cmdlet.summary(), cmdlet.aliases(),
                    cmdlet.changes() ? cmdlet.impact().name() : "")));
    }

    private boolean wanted(Descriptor cmdlet) {
        return (name == null || new Wildcard(name).test(cmdlet.name()) || cmdlet.aliases().contains(name))
                && (verb == null || new Wildcard(verb).test(cmdlet.verb().name()))
                && (noun == null || new Wildcard(noun).test(cmdlet.noun()));
    }

    /// A cmdlet as `Get-Command` lists it.
    public record CommandView(@Column(value = 1, identity = true) String name,
            @Column(value = 1, text = true) String summary, @Column(3) List<String> aliases, String impact) {}
}
