package org.sternpost.engine.trust;

/// One refusal in words: what was seen at which record or file and against which rule, and what would mend it.
///
/// @param sentence names the record or file, what was seen and the rule; one sentence without the remedy
/// @param remedy   what to do, addressed to whoever `reason().owner()` says
public record Failure(Reason reason, String sentence, String remedy) {}
