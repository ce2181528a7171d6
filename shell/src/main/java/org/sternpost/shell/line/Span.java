package org.sternpost.shell.line;

/// A stretch of the source text, in chars: from `start` up to, not including, `end`.
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("span " + start + ".." + end);
        }
    }

    /// The part of the source that this stretch covers.
    public String of(String source) {
        return source.substring(Math.min(start, source.length()), Math.min(end, source.length()));
    }
}
