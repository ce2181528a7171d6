package org.sternpost.shell.bind;

/// `$null`: a value that is none, told apart from a value not given.
public enum NullValue { NULL }
