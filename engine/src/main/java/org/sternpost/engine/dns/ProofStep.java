package org.sternpost.engine.dns;

/// One link of a proof: what was asked, what came back, and what follows by which rule.
///
/// @param question   `mx.example.org A`, or the address of a policy file
/// @param status     `Secure`, `Insecure`, `Bogus`, ...; for a file `Fetched`, `Cached` or `Failed`
/// @param rule       the section that decides, `RFC 7672 §2.2.2`
/// @param conclusion one sentence
public record ProofStep(String question, String status, String answer, String rule, String conclusion) {}
