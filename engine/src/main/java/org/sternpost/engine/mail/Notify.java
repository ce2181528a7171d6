package org.sternpost.engine.mail;

/// When a sender wants to hear of a recipient (`NOTIFY`, RFC 3461 §4.1). `Never` stands alone.
public enum Notify { Never, Success, Failure, Delay }
