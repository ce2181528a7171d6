package org.sternpost.cmdlets.wire;

import java.util.List;
import java.util.function.UnaryOperator;
import org.sternpost.cmdlets.Plain;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.mail.Nearest;

/// A connector `gov`, and another, that may be read and removed, for tests of what carries questions and answers.
class OneConnector implements Management.ConnectorPort {

    @Override
    public List<ConnectorView> all() {
        return List.of(Plain.of(ConnectorView.class, "name", "Default"), Plain.of(ConnectorView.class, "name", "gov",
                "tlsValidation", TlsValidation.Enabled, "recipientDomains", List.of("*.gov.example")));
    }

    @Override
    public ConnectorView named(String name) throws ManagementException {
        return all().stream().filter(view -> view.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new ManagementException(Kind.NotFound, "there is no connector " + name,
                        Nearest.hint(name, all().stream().map(ConnectorView::name).toList())));
    }

    @Override
    public Plan<ConnectorView> create(String name, UnaryOperator<OutboundConnector> settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Plan<ConnectorView> change(String name, UnaryOperator<OutboundConnector> edit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Plan<ConnectorView> remove(String name) throws ManagementException {
        ConnectorView old = named(name);
        return new Plan<>("Remove-OutboundConnector", "OutboundConnector " + old.name(),
                List.of(new Plan.Change("name", old.name(), "")), "", List.of(), _ -> List.of(old));
    }
}
