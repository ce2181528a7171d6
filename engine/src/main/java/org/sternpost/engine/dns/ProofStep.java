package org.sternpost.engine.dns;

/// One link of a proof: what was learned, and what follows by which rule.
public sealed interface ProofStep {

    /// The section that decides, `RFC 7672 §2.2.2`.
    String rule();

    /// What follows, in one sentence.
    String conclusion();

    /// A question to the DNS.
    record Asked(Question question, Answer answer, String rule, String conclusion) implements ProofStep {}

    /// A policy of MTA-STS beyond its record.
    ///
    /// @param where the address of its file, or whose policy it is
    /// @param said  the file, what the policy says, or why there is none
    record Policy(Source source, String where, String said, String rule, String conclusion) implements ProofStep {}

    /// Where a policy comes from.
    enum Source {
        Fetched, Held,
        /// It could not be had.
        Failed
    }
}
