package org.sternpost.engine.control;

/// What an operator does to messages that wait.
public sealed interface MessageAct {

    /// The cmdlet, for the audit log.
    String cmdlet();

    /// In a word, what a message is afterwards.
    String after();

    /// No new attempt until it is resumed.
    record Suspend() implements MessageAct {
        @Override
        public String cmdlet() { return "Suspend-Message"; }

        @Override
        public String after() { return "Suspended"; }
    }

    /// Tried again, from now on.
    record Resume() implements MessageAct {
        @Override
        public String cmdlet() { return "Resume-Message"; }

        @Override
        public String after() { return "Waiting"; }
    }

    /// Given up.
    ///
    /// @param withNdr its sender is told
    record Remove(boolean withNdr) implements MessageAct {
        @Override
        public String cmdlet() { return "Remove-Message"; }

        @Override
        public String after() { return "Removed"; }
    }

    /// Sent over another connector, whatever its routes say.
    ///
    /// @param connector its name
    record Redirect(String connector) implements MessageAct {
        @Override
        public String cmdlet() { return "Redirect-Message"; }

        @Override
        public String after() { return "over " + connector; }
    }
}
