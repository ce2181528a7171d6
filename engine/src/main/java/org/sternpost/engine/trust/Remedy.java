package org.sternpost.engine.trust;

/// What ends a trouble, and who can do it.
///
/// @param words addressed to the owner, whole sentences
public record Remedy(Reason.Owner owner, String words) {

    /// What mends a refusal.
    public static Remedy of(Failure why) { return new Remedy(why.owner(), why.remedy()); }

    /// As it follows a sentence.
    @Override
    public String toString() { return "must be fixed by " + owner.words() + ": " + words; }
}
