package org.sternpost.engine.control.view;

import java.util.List;
import org.sternpost.engine.control.view.Tree.Role;

/// The chain of proof for a domain, without sending mail: every record, its status, the rule, the verdict.
///
/// @param satisfied true if `Enabled` would deliver, or may when no host was called
/// @param verdict   one sentence for someone who never read an RFC
/// @param remedy    what to fix; empty text when nothing is wrong, and so for `owner`, who must
/// @param today     what becomes of mail to the domain now; empty text when no connector was asked about
/// @param notes     what is odd without deciding
/// @param connector whose settings were used; empty text for the usual ones
public record ProofView(@Tree(Role.Title) @Column(value = 1, identity = true) String domain,
        @Tree(Role.Sign) Sign sign, @Column(1) boolean satisfied,
        @Tree(Role.Lead) @Column(value = 1, text = true) String verdict,
        @Tree(value = Role.Lead, label = "What to do") @Column(value = 2, text = true) String remedy,
        @Tree(value = Role.Lead, label = "Who must act") @Column(2) String owner,
        @Tree(value = Role.Lead, label = "Today") @Column(value = 3, text = true) String today,
        @Tree(value = Role.Lead, label = "Noted") List<String> notes, String connector,
        @Tree(Role.Nodes) List<StepView> steps, @Tree(Role.Nodes) List<HostProofView> hosts,
        @Tree(value = Role.Nodes, label = "What becomes of mail, by mode") List<ModeView> modes) implements Tested {
    @Override
    public boolean isSo() { return satisfied; }
}
