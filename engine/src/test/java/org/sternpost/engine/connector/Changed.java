package org.sternpost.engine.connector;

import java.io.IOException;
import java.util.function.UnaryOperator;

/// Changes of connectors that a test makes without asking whether they may be.
public final class Changed {

    private Changed() {}

    public static OutboundConnector add(Connectors connectors, OutboundConnector fresh) throws IOException {
        return connectors.change(now -> now.add(fresh));
    }

    public static OutboundConnector replace(Connectors connectors, String name, UnaryOperator<OutboundConnector> edit)
            throws IOException {
        return connectors.change(now -> now.replace(edit.apply(now.find(name).orElseThrow())));
    }

    public static void remove(Connectors connectors, String name) throws IOException {
        connectors.change(now -> {
            now.remove(now.find(name).orElseThrow());
            return 0;
        });
    }

    public static TlsOverride except(Connectors connectors, TlsOverride exception) throws IOException {
        return connectors.change(now -> {
            now.put(exception);
            return exception;
        });
    }
}
