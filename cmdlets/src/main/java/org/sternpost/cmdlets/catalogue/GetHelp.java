package org.sternpost.cmdlets.catalogue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Name;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Wildcard;

/// Shows the page of a cmdlet, or lists those whose name or summary has the word.
@Name(verb = Verb.Get, noun = "Help", summary = "Shows how a cmdlet is used.", aliases = {"help", "man"})
@Example(shows = "Read the page of a cmdlet", run = "Get-Help Retry-Queue", prints = """
    NAME
        Retry-Queue
    …
    SYNTAX
        Retry-Queue [[-Identity] <String>] [-Filter <String>] [-All] …
    …
    """)
public record GetHelp(
        @Param(value = "Cmdlet, alias, topic such as about_exit, or a word to look "
                + "for.", position = 0, names = "cmdlets") @Nullable String name,
        @Param("Shows the examples alone.") boolean examples,
        @Param("Shows every fact about every parameter.") boolean full) implements Cmdlet.Stage {

    @Override
    public RecordProcessor open(StageContext shell) {
        return new RecordProcessor() {
            @Override
            public boolean accept(Item item, Sink out) { return false; }

            @Override
            public void end(Sink out) { lines(shell.catalogue()).forEach(out::text); }
        };
    }

    private List<String> lines(Catalogue catalogue) {
        if (name == null) return HelpTopics.contents(catalogue.all());
        if (HelpTopics.has(name)) return HelpTopics.lines(name);
        Optional<Descriptor> cmdlet = catalogue.find(name);
        if (cmdlet.isPresent()) {
            var page = new HelpPage(cmdlet.get());
            return examples ? page.examples() : page.lines(full);
        }
        var wanted = new Wildcard(Wildcard.isIn(name) ? name : "*" + name + "*");
        List<Descriptor> found = catalogue.all().stream()
                .filter(each -> wanted.test(each.name()) || wanted.test(each.summary())).toList();
        if (!found.isEmpty()) return HelpTopics.contents(found);
        throw new IllegalArgumentException("no help about " + name + "; "
                + Nearest.hint(name, catalogue.all().stream().map(Descriptor::name).toList()));
    }
}
