package org.sternpost.engine.trust;

/// One refusal in words: what was seen at which record or file and against which rule, and what would mend it.
///
/// @param owner    who can repair it; every view, notice and report asks this value and nothing else
/// @param sentence names the record or file, what was seen and the rule; one sentence without the remedy
/// @param remedy   what to do, addressed to the owner
/// @param plain    the same for someone who never read an RFC: half a sentence that says what is broken; evidence does
///                 not keep it, so what is read from there has the sentence instead
public record Failure(Reason reason, Reason.Owner owner, String sentence, String remedy, String plain) {
    public Failure {
        if (reason.isLocal() && owner != Reason.Owner.OURS)
            throw new IllegalArgumentException("what we could not know is nobody's fault but ours");
    }

    /// A refusal as it was kept.
    public Failure(Reason reason, Reason.Owner owner, String sentence, String remedy) {
        this(reason, owner, sentence, remedy, sentence);
    }

    /// A refusal whose reason says who can repair it.
    public Failure(Reason reason, String sentence, String remedy) { this(reason, reason.owner(), sentence, remedy); }

    /// The same in plain words.
    Failure plainly(String words) { return new Failure(reason, owner, sentence, remedy, words); }

    /// The same where it is the host's fault, of a host that this one runs.
    public Failure runBy(Reason.Owner operator) {
        return owner == Reason.Owner.RECIPIENT ? new Failure(reason, operator, sentence, remedy, plain) : this;
    }

    /// True if we could not know: see [Reason#isLocal].
    public boolean isLocal() { return reason.isLocal(); }

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
}
