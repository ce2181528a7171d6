package org.sternpost.engine.rollout;

/// A step of a rollout that cannot be taken, for the words of whoever asked for it.
public final class RolloutException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /// @param remedy what can be done about it; empty text when there is nothing
    RolloutException(String why, String remedy) {
        super(why);
        this.remedy = remedy;
    }

    public String remedy() { return remedy; }
}
