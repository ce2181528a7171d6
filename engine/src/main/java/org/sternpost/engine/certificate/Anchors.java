package org.sternpost.engine.certificate;

import java.util.List;

/// Where a path may end.
public interface Anchors {

    /// True if the path may end at this certificate.
    ///
    /// @param above certificates below it in the path; 0 for the host's own
    boolean end(Certificate certificate, int above);

    /// Certificates that a path may use although the host did not send them.
    List<Certificate> known(Certificate signed);

    /// Public keys (SubjectPublicKeyInfo) that end a path without a certificate of their own.
    List<byte[]> bareKeys();
}
