package org.sternpost.engine.mx;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Status;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;

/// The addresses of one host and what DNSSEC says of them.
///
/// @param list      both families in turn; empty when there is none
/// @param status    of the answers; `Insecure` when `failure` is set
/// @param canonical the host after its aliases; the host itself when it is none
/// @param failure   why the answers may not be used: `list` then holds what was found without checking, if anything
/// @param weakness  why they are not secure although the zone is signed
/// @param problem   why `list` is empty; empty text when it is not
public record HostAddresses(List<InetAddress> list, Status status, Domain canonical, Optional<Answer.Failed> failure,
        String problem, Optional<Weakness> weakness) {
    public HostAddresses { list = List.copyOf(list); }
}
