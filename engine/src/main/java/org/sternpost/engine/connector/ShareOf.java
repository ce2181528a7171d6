package org.sternpost.engine.connector;

/// What a rollout's share is a share of.
public enum ShareOf {
    /// Of the recipient domains: all mail to a domain goes one way.
    Domain,
    /// Of the messages to every domain: each has its place by its own identity, also when it is tried again.
    Message
}
