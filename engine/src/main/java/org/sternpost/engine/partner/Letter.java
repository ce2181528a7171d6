package org.sternpost.engine.partner;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.engine.mail.VisibleText;

/// A letter, as text and as HTML. What strangers chose of it is shown, and neither moves a cursor nor becomes markup.
///
/// @param subject one line
public record Letter(String subject, List<Section> sections) {

    private static final int WIDTH = 76; // characters; mail is folded at 78 (RFC 5322 §2.1.1)
    private static final String INDENT = "    ";
    private static final int NAME_WIDTH = 17;
    private static final int RECORD_WORDS = 8;

    public Letter {
        subject = VisibleText.of(subject);
        sections = List.copyOf(sections);
    }

    /// @param title empty text for the opening
    public record Section(String title, List<Block> blocks) {
        public Section { blocks = List.copyOf(blocks); }
    }

    public sealed interface Block {

        /// Words that may be broken anywhere.
        record Words(String text) implements Block {}

        /// What is to be typed or read as it stands: lines that are never broken.
        record Code(List<String> lines) implements Block {
            public Code { lines = List.copyOf(lines); }
        }

        /// Names and what was seen of each.
        record Facts(List<Fact> facts) implements Block {
            public Facts { facts = List.copyOf(facts); }
        }
    }

    /// @param values a line each
    public record Fact(String name, List<String> values) {
        public Fact { values = List.copyOf(values); }
    }

    /// Plain text; ends with a line end.
    public String text() {
        var lines = new ArrayList<String>();
        for (Section section : sections) {
            if (!section.title().isEmpty()) {
                lines.add(section.title());
                lines.add("-".repeat(section.title().length()));
            }
            for (Block block : section.blocks()) {
                switch (block) {
                    case Block.Words(var text) -> wrapped(VisibleText.of(text), "", lines);
                    case Block.Code(var code) -> code.forEach(line -> lines.add(INDENT + VisibleText.of(line)));
                    case Block.Facts(var facts) -> facts.forEach(fact -> fact(fact, lines));
                }
                lines.add("");
            }
        }
        return String.join("\n", lines.subList(0, Math.max(lines.size() - 1, 0))) + "\n";
    }

    private static void fact(Fact fact, List<String> lines) {
        String name = fact.name();
        for (String value : fact.values()) {
            String head = INDENT + name + " ".repeat(Math.max(1, NAME_WIDTH - name.length()));
            int first = lines.size();
            String shown = VisibleText.of(value);
            // A record is read as one, with its digest, which is as long as a line; a sentence with one is broken.
            String[] words = shown.split(" ");
            if (words.length <= RECORD_WORDS
                    && Stream.of(words).anyMatch(word -> word.length() > WIDTH - head.length()))
                lines.add(shown);
            else
                wrapped(shown, " ".repeat(head.length()), lines);
            lines.set(first, head + lines.get(first).strip());
            name = "";
        }
    }

    /// Breaks at blanks; a word that is too long stays whole.
    private static void wrapped(String text, String indent, List<String> lines) {
        var line = new StringBuilder(indent);
        for (String word : text.split(" ")) {
            if (line.length() > indent.length() && line.length() + word.length() >= WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
    }

    /// One page that needs nothing besides itself, in light and dark, on paper and on a phone.
    public String html() {
        var html = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>""").append(escaped(subject)).append("""
                </title>
                <style>
                :root { color-scheme: light dark; }
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
                h1 { font-size: 1.3rem; line-height: 1.3; }
                h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
                pre { font: 14px/1.5 ui-monospace, monospace; padding: .7rem .9rem; border: 1px solid #8888;
                  border-radius: 6px; background: #8881; white-space: pre-wrap; overflow-wrap: anywhere; }
                dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1rem; }
                dt { font-weight: 600; }
                dd { margin: 0; overflow-wrap: anywhere; }
                @media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .5rem; } }
                @media print { body { margin: 0; max-width: none; font-size: 11pt; } pre { background: none; } }
                </style>
                </head>
                <body>
                <main>
                <h1>""").append(escaped(subject)).append("</h1>\n");
        for (Section section : sections) {
            if (!section.title().isEmpty())
                html.append("<h2>").append(escaped(section.title())).append("</h2>\n");
            for (Block block : section.blocks())
                switch (block) {
                    case Block.Words(var text) -> html.append("<p>").append(escaped(text)).append("</p>\n");
                    case Block.Code(var code) -> html.append("<pre tabindex=\"0\">").append(code.stream()
                            .map(Letter::escaped).collect(Collectors.joining("\n"))).append("</pre>\n");
                    case Block.Facts(var facts) -> {
                        html.append("<dl>\n");
                        for (Fact fact : facts)
                            html.append("<dt>").append(escaped(fact.name())).append("</dt><dd>").append(fact.values()
                                    .stream().map(Letter::escaped).collect(Collectors.joining("<br>")))
                                    .append("</dd>\n");
                        html.append("</dl>\n");
                    }
                }
        }
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String escaped(String text) {
        return VisibleText.of(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
