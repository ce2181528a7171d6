package org.sternpost.shell.render;

/// Colours of a stream; plain when it is no terminal or nobody wants them.
public record AnsiStyle(boolean coloured) {

    public String strong(String text) { return paint("1", text); }

    public String dim(String text) { return paint("2", text); }

    public String good(String text) { return paint("32", text); }

    public String warning(String text) { return paint("33", text); }

    public String error(String text) { return paint("31", text); }

    private String paint(String code, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
