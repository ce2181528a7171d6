package org.sternpost.engine.queue;

/// Who brought mail, as far as its fair share of the sessions goes.
///
/// @param client that handed it in
/// @param sender of the envelope, in angle brackets
public record Submitter(String client, String sender) {

    /// Of whom nothing is known.
    public static final Submitter UNKNOWN = new Submitter("", "");

    static Submitter of(QueuedMessage message) { return new Submitter(message.client(), message.sender().toString()); }
}
