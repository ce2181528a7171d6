package org.sternpost.engine.alert;

/// How an alert is told in a word.
final class AlertWords {

    private AlertWords() {}

    /// `began`, `over`; of what is no state, `happened`.
    static String event(Alert one) { return one.isEvent() ? "happened" : one.isOpen() ? "began" : "over"; }
}
