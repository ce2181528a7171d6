package org.sternpost.engine.trust;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.OwnHost;

/// The hosts of a public MX that mail may go to: those before this gateway itself, at addresses of the network.
///
/// Smart hosts are an administrator's own choice and are not looked at here.
final class NextHops {

    private static final String LOOP = "5.4.6"; // RFC 3463 §3.5: routing loop detected

    private final Domain domain;
    private final OwnHost self;
    private final List<HostJudgement> left = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();

    NextHops(Domain domain, OwnHost self) {
        this.domain = domain;
        this.self = self;
    }

    /// Looks at the next host in the order of preference.
    ///
    /// @return false if it is this gateway: no host after it counts
    boolean add(HostJudgement host) {
        if (isSelf(host)) {
            dropped.add("MX '" + host.host() + "' is this gateway itself");
            // RFC 5321 §5.1: hosts of the same preference as ourselves, and of less, are discarded.
            left.removeIf(one -> one.preference() >= host.preference());
            return false;
        }
        List<InetAddress> callable = host.addresses().stream().filter(self::mayCall).toList();
        if (callable.size() == host.addresses().size()) left.add(host);
        else if (!callable.isEmpty()) left.add(host.at(callable));
        else
            dropped.add("MX '" + host.host() + "' has no address but " + host.addresses().stream()
                    .map(InetAddress::getHostAddress).toList() + ", which leads back to whoever asks");
        return true;
    }

    List<HostJudgement> left() { return left; }

    /// Why no host is left.
    JudgedRoute.Impossible none() {
        return new JudgedRoute.Impossible(LOOP, "mail to " + domain + " can go nowhere: " + String.join("; ", dropped)
                + " (RFC 5321 §5.1)");
    }

    private boolean isSelf(HostJudgement host) {
        return self.is(host.host())
                || host.addresses().stream().anyMatch(address -> self.listensAt(address, host.port()));
    }
}
