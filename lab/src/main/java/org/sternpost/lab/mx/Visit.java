package org.sternpost.lab.mx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection that a host answered: what was said on it, and who got mail over it. Grows while the session lasts.
public final class Visit {
    private static final int KEPT_MAX = 500; // of commands, and of recipients

    private final String host;
    private final List<String> commands = new ArrayList<>();
    private final List<String> envelopes = new ArrayList<>();
    private final List<String> delivered = new ArrayList<>();
    private Optional<String> serverName = Optional.empty();
    private boolean encrypted;

    Visit(String host) { this.host = host; }

    /// The host's own name.
    public String host() { return host; }

    /// Verbs in the order they came, those within TLS in capitals after `tls:`, as in `EHLO`, `STARTTLS`, `tls:EHLO`.
    public synchronized List<String> commands() { return List.copyOf(commands); }

    /// The whole lines of MAIL and RCPT, as they came.
    public synchronized List<String> envelopes() { return List.copyOf(envelopes); }

    /// Recipients whose mail was kept, in order.
    public synchronized List<String> delivered() { return List.copyOf(delivered); }

    /// The name asked for in the handshake (RFC 6066 §3).
    public synchronized Optional<String> serverName() { return serverName; }

    synchronized void heard(String verb) {
        if (commands.size() < KEPT_MAX) {
            commands.add(encrypted ? "tls:" + verb : verb);
        }
    }

    synchronized void addressed(String line) {
        if (envelopes.size() < KEPT_MAX) {
            envelopes.add(line);
        }
    }

    synchronized void secured(Optional<String> name) {
        encrypted = true;
        serverName = name;
    }

    synchronized void kept(List<String> recipients) {
        if (delivered.size() < KEPT_MAX) {
            delivered.addAll(recipients);
        }
    }
}
