package org.sternpost.shell.terminal;

import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Highlighter;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.line.LineParser;
import org.sternpost.shell.line.HighlightedToken;
import org.sternpost.shell.line.ParseResult;

/// Our language as JLine's reader needs it: where a line ends, what completes it, how it is coloured.
record LineSyntax(Completions completions, Catalogue catalogue, boolean coloured)
        implements
            Parser,
            Completer,
            Highlighter {

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE
                && LineParser.parse(line) instanceof ParseResult.Incomplete(var open, _))
            throw new EOFError(-1, -1, open.description(), open.sign());
        return new Word(line, cursor, completions.at(line, cursor));
    }

    @Override
    public boolean isEscapeChar(char c) { return false; }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (!(line instanceof Word word)) return;
        int order = 0;
        for (var choice : word.found().choices())
            candidates.add(new Candidate(choice.text(), VisibleText.of(choice.text()), choice.group(),
                    choice.description().isEmpty() ? null : choice.description(), null, null, true, order++));
    }

    @Override
    public AttributedString highlight(LineReader reader, String buffer) {
        if (!coloured) return new AttributedString(buffer);
        var text = new AttributedStringBuilder();
        int at = 0;
        for (HighlightedToken mark : org.sternpost.shell.line.Highlight.of(buffer)) {
            text.append(buffer.substring(at, mark.span().start()));
            String piece = mark.span().of(buffer);
            text.styled(style(mark, piece), piece);
            at = mark.span().end();
        }
        return text.append(buffer.substring(at)).toAttributedString();
    }

    private AttributedStyle style(HighlightedToken mark, String piece) {
        var plain = AttributedStyle.DEFAULT;
        return switch (mark.kind()) {
            case COMMAND -> catalogue.find(piece).isPresent() || piece.endsWith(".groovy") || piece.endsWith(".sp")
                    ? plain.bold()
                    : plain.foreground(AttributedStyle.RED);
            case PARAMETER -> plain.foreground(AttributedStyle.CYAN);
            case STRING -> plain.foreground(AttributedStyle.GREEN);
            case VARIABLE -> plain.foreground(AttributedStyle.MAGENTA);
            case COMMENT, NATIVE -> plain.faint();
            case ERROR -> plain.foreground(AttributedStyle.RED).underline();
            case NUMBER, WORD, OPERATOR, BLOCK -> plain;
        };
    }

    /// The text that a completion replaces.
    record Word(String line, int cursor, Completions.Choices found) implements CompletingParsedLine {
        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) { return candidate; }

        @Override
        public int rawWordCursor() { return Math.clamp(cursor - found.span().start(), 0, rawWordLength()); }

        @Override
        public int rawWordLength() { return found.span().end() - found.span().start(); }

        @Override
        public String word() { return found.span().of(line); }

        @Override
        public int wordCursor() { return rawWordCursor(); }

        @Override
        public int wordIndex() { return 0; }

        @Override
        public List<String> words() { return List.of(word()); }
    }
}
