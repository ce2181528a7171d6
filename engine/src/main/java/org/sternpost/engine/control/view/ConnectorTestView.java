package org.sternpost.engine.control.view;

/// One task of `Test-OutboundConnector`; Exchange names the first two columns so.
public record ConnectorTestView(@Column(1) String taskName, @Column(1) boolean isTaskSuccessful,
        @Column(value = 2, identity = true) String target, @Column(value = 1, text = true) String detail,
        @Column(value = 2, text = true) String remedy) implements Tested {
    @Override
    public boolean isSo() { return isTaskSuccessful; }
}
