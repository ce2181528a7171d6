package org.sternpost.cmdlets.mail;

/// What became of a message for a recipient.
public enum TraceStatus { Pending, Delivered, Failed, Removed }
