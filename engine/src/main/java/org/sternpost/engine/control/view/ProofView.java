package org.sternpost.engine.control.view;

import java.util.List;

/// The chain of proof for a domain, without sending mail: every record, its status, the rule, the verdict.
///
/// @param satisfied true if `Enabled` would deliver
/// @param verdict   one sentence for someone who never read an RFC
/// @param remedy    what to mend and who must; empty text when nothing is wrong
public record ProofView(@Column(value = 1, identity = true) String domain, @Column(1) boolean satisfied,
        @Column(value = 1, text = true) String verdict, String remedy, List<StepView> steps) {

    /// @param status `Secure`, `Insecure`, `Bogus`, `Failed`, `Passed`, `Refused` or empty text
    /// @param rule   `RFC 7672 §2.2.2`
    public record StepView(@Column(value = 1, text = true) String asked, @Column(1) String status,
            @Column(value = 2, text = true) String answer, @Column(3) String rule,
            @Column(value = 2, text = true) String conclusion) {}
}
