package org.sternpost.engine.control.view;

import org.jspecify.annotations.Nullable;
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

    /// One link of a chain of proof: what was asked, what came back, and what follows by which rule.
    ///
    /// @param status `Secure`, `Insecure`, `Bogus`, `ServFail`, `Timeout`, `Fetched`, `Held`, `Failed` and the like
    /// @param rule   `RFC 7672 §2.2.2`
    public record StepView(@Tree(Role.Sign) Sign sign, @Tree(Role.Title) @Column(value = 1, text = true) String asked,
            @Tree(Role.Status) @Column(1) String status,
            @Tree(Role.Text) @Column(value = 2, text = true) String answer,
            @Tree(Role.Text) @Column(value = 2, text = true) String conclusion,
            @Tree(Role.Aside) @Column(3) String rule) {}

    /// One mail host of a route: what the DNS says of it, what is asked of it, what it showed.
    ///
    /// @param status    `Passed`, `Refused`, `Unreachable` or `NotCalled`, under `Enabled`
    /// @param asked     what `Enabled` asks of the host, or why it refuses it
    /// @param handshake null when the host was not reached
    public record HostProofView(@Tree(Role.Sign) Sign sign,
            @Tree(Role.Title) @Column(value = 1, identity = true) String host,
            @Tree(Role.Status) @Column(1) String status, @Column(2) int preference, List<String> addresses,
            @Tree(Role.Text) @Column(value = 1, text = true) String asked, String dane, String mtaSts,
            @Tree(Role.Nodes) List<StepView> steps, @Tree(Role.Nodes) @Nullable HandshakeView handshake) {}

    /// What would happen to mail under one mode.
    ///
    /// @param mode     `Disabled`, `Opportunistic`, `Enabled` or `Enabled, Mandatory`
    /// @param outcome  `delivered`, `waits`, `returned` or `depends` on what was not tried
    /// @param code     while the mail waits, or of its return; empty text when it is delivered
    /// @param host     that takes or refuses the mail
    /// @param level    how well the session is secured; empty text unless delivered
    /// @param why      all of the following in words
    /// @param reason   token of the refusal; this and the rest are empty text when validation refuses nothing
    /// @param owner    who must fix it
    public record ModeView(@Tree(Role.Sign) Sign sign,
            @Tree(Role.Title) @Column(value = 1, identity = true) String mode,
            @Tree(Role.Status) @Column(1) String outcome, @Tree(Role.Status) @Column(1) String code, String finalCode,
            String host, @Column(2) String level, @Tree(Role.Text) @Column(value = 1, text = true) String why,
            String reason, String sentence, String remedy, String owner) {}

    /// What a finding means for the mail: shown as a sign and a colour, read by programs as a word.
    public enum Sign {
        Good,
        /// Nothing is wrong and nothing is proven.
        Plain,
        /// Odd, or wrong without consequence here.
        Note,
        /// This is why mail would not flow.
        Bad
    }
}
