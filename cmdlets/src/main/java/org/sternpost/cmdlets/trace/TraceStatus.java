package org.sternpost.cmdlets.trace;

/// What became of a message for a recipient.
public enum TraceStatus { Pending, Delivered, Failed, Removed }
