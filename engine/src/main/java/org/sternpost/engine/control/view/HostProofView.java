package org.sternpost.engine.control.view;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.view.Tree.Role;

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
