package org.sternpost.lab.mx;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// One message that reached one recipient. `tls` names the version, as in `TLSv1.3`; empty when it came in clear.
/// `parameters` is what followed the sender in MAIL, as in `SIZE=1000 REQUIRETLS`.
public record Received(Instant at, String recipient, String sender, String parameters, String host,
        Optional<String> tls, Path message) {
    public boolean encrypted() { return tls.isPresent(); }
}
