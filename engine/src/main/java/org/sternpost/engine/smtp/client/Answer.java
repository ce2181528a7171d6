package org.sternpost.engine.smtp.client;

import org.sternpost.engine.smtp.Reply;

/// What became of a message for one recipient.
public sealed interface Answer {

    /// The peer said so. Delivered if it accepts at [Stage#Content]; refused otherwise.
    record Said(Stage stage, Reply reply) implements Answer {
        public boolean delivered() { return stage == Stage.Content && reply.accepts(); }
    }

    /// The session broke while the content awaited its reply: the peer may have taken it.
    record Lost(BrokenSessionException why) implements Answer {}

    /// The peer lacks an extension that this message needs, so nothing was sent.
    ///
    /// @param code permanent enhanced code such as `5.6.7`
    record Unfit(String code, String why) implements Answer {}
}
