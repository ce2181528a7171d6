package org.sternpost.engine.filter;

/// A text is no filter: what is wrong, where, and what to write instead.
public final class FilterException extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN_MAX = 40;

    private final int at;
    private final String hint;

    /// @param at   character of the filter, from 0
    /// @param near what stands there; empty text at the end
    FilterException(String what, int at, String near, String hint) {
        super("-Filter, character " + (at + 1) + (near.isEmpty() ? " (its end)" : " ('" + shown(near) + "')") + ": "
                + what);
        this.at = at;
        this.hint = hint;
    }

    public int at() { return at; }

    /// The remedy; never empty.
    public String hint() { return hint; }

    private static String shown(String text) {
        return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    }
}
