package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Words filled into lines of a width; colours do not count, and a word longer than a line is broken.
final class Paragraph {

    private static final int CELLS_MIN = 12; // of text, however deep it is indented

    private Paragraph() {}

    /// @param paint colours the text without changing its width
    /// @param gap   blanks in front of it within a line
    record Word(String text, UnaryOperator<String> paint, int gap) {

        Word(String text, UnaryOperator<String> paint) { this(text, paint, 1); }

        /// The same, set off from what stands before it.
        Word apart() { return new Word(text, paint, 2); }
    }

    /// @param head in front of the first line, colours and all
    /// @param rest in front of the others
    static List<String> wrapped(List<Word> words, String head, String rest, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(head);
        int used = 0;
        int room = Math.max(CELLS_MIN, width - cells(head));
        for (Word word : words) {
            for (String part = word.text(); !part.isEmpty();) {
                int gap = used == 0 ? 0 : word.gap();
                if (used > 0 && used + gap + TextWidth.of(part) > room) {
                    lines.add(line.toString().stripTrailing());
                    line = new StringBuilder(rest);
                    room = Math.max(CELLS_MIN, width - cells(rest));
                    used = 0;
                    gap = 0;
                }
                String fits = TextWidth.of(part) > room ? TextWidth.cut(part, room) : part;
                line.append(" ".repeat(gap)).append(word.paint().apply(fits));
                used += gap + TextWidth.of(fits);
                part = part.substring(fits.length());
            }
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /// Without what colours it.
    private static int cells(String painted) { return TextWidth.of(painted.replaceAll("\u001b\\[[0-9;]*m", "")); }
}
