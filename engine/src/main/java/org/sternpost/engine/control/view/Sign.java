package org.sternpost.engine.control.view;

/// What a finding means for the mail: shown as a sign and a colour, read by programs as a word.
public enum Sign {
    Good,
    /// Nothing is wrong and nothing is proven.
    Plain,
    /// Odd, or wrong without consequence here.
    Note,
    /// This is why mail would not flow.
    Bad
}
