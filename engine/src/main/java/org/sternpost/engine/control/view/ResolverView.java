package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.ProofView.StepView;
import java.time.Duration;
import java.util.List;
import org.sternpost.engine.control.view.Tree.Role;

/// Whether the answers of one DNS server may be trusted.
///
/// @param verdict one sentence for someone who never read an RFC
/// @param remedy  what to do; empty text when nothing is wrong, and so for `owner`, who must
/// @param took    the first question over UDP
public record ResolverView(@Tree(Role.Title) @Column(value = 1, identity = true) String server,
        @Tree(Role.Sign) Sign sign, @Column(1) boolean trusted,
        @Tree(Role.Lead) @Column(value = 1, text = true) String verdict,
        @Tree(value = Role.Lead, label = "What to do") @Column(value = 2, text = true) String remedy,
        @Tree(value = Role.Lead, label = "Who must act") String owner,
        @Tree(value = Role.Fact, label = "first answer after") @Column(2) Duration took,
        @Tree(Role.Nodes) List<StepView> checks) implements Tested {
    @Override
    public boolean isSo() { return trusted; }
}
