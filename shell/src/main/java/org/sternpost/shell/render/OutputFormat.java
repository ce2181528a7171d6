package org.sternpost.shell.render;

/// How records leave the shell.
public enum OutputFormat {
    /// Tables and lists for people.
    Text,
    /// JSON Lines.
    Json,
    /// One JSON array.
    JsonArray,
    /// Comma-separated, with a header.
    Csv
}
