package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.ProofView.ModeView;
import org.sternpost.engine.control.view.ProofView.HostProofView;
import org.sternpost.engine.control.view.ProofView.StepView;
import java.util.List;
import org.sternpost.engine.control.view.Tree.Role;

/// Which connector, hosts and verdicts a recipient would get, and why other connectors lost.
///
/// @param why     the connector was chosen
/// @param outcome one sentence: what becomes of the mail as far as DNS and policy decide it
/// @param losers  each `name: why not`
public record MailRouteView(@Tree(Role.Title) @Column(value = 1, identity = true) String recipient,
        @Tree(Role.Sign) Sign sign, @Column(1) String connector, @Column(2) String tlsValidation,
        @Tree(Role.Lead) @Column(value = 2, text = true) String outcome,
        @Tree(value = Role.Lead, label = "What to do") String remedy,
        @Tree(value = Role.Lead, label = "Who must act") String owner,
        @Tree(value = Role.Fact, label = "connector") String why,
        @Tree(value = Role.Fact, label = "not by") List<String> losers, @Tree(Role.Nodes) List<StepView> steps,
        @Tree(Role.Nodes) List<HostProofView> hosts,
        @Tree(value = Role.Nodes, label = "What becomes of mail, by mode") List<ModeView> modes) {}
