package org.sternpost.shell.render;

/// Counts terminal cells: two for East Asian wide characters and emoji, none for combining marks (Unicode UAX #11).
final class TextWidth {

    // Ranges of class W and F, and of emoji that terminals draw wide.
    private static final int[][] WIDE = {{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec},
            {0x2614, 0x2615}, {0x2648, 0x2653}, {0x26bd, 0x26be}, {0x2705, 0x2705}, {0x274c, 0x274c}, {0x2e80, 0x303e},
            {0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3},
            {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6},
            {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

    private TextWidth() {}

    public static int of(String text) { return text.codePoints().map(TextWidth::of).sum(); }

    /// The longest start of `text` within `cells`.
    static String cut(String text, int cells) {
        int used = 0;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (used + of(c) > cells) break;
            used += of(c);
            at += Character.charCount(c);
        }
        return text.substring(0, at);
    }

    private static int of(int c) {
        if (c < 0x300) return 1;
        int kind = Character.getType(c);
        if (kind == Character.NON_SPACING_MARK || kind == Character.ENCLOSING_MARK || kind == Character.FORMAT)
            return 0;
        for (int[] range : WIDE)
            if (c >= range[0] && c <= range[1]) return 2;
        return 1;
    }
}
