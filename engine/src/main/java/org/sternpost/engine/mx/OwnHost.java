package org.sternpost.engine.mx;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sternpost.engine.mail.Domain;

/// This gateway as others' MX records may name it, so that it never hands mail to itself.
public final class OwnHost {

    /// Takes no mail itself, and may call anybody.
    public static final OwnHost NONE = new OwnHost(Optional.empty(), List::of, true);

    private final Optional<Domain> name;
    private final Supplier<List<InetSocketAddress>> listeners;
    private final boolean allowLoopback;

    /// @param name          said in greetings
    /// @param listeners     where mail is taken; asked at each look, since ports may be found at the start only
    /// @param allowLoopback MX records may lead to this machine; for laboratories only
    public OwnHost(Optional<Domain> name, Supplier<List<InetSocketAddress>> listeners, boolean allowLoopback) {
        this.name = name;
        this.listeners = listeners;
        this.allowLoopback = allowLoopback;
    }

    /// Where mail is taken now.
    public List<InetSocketAddress> places() { return listeners.get(); }

    /// True if a host of that name is this gateway.
    public boolean is(Domain host) { return name.filter(host::equals).isPresent(); }

    /// True if mail sent there would come back to this gateway.
    public boolean listensAt(InetAddress address, int port) {
        return listeners.get().stream().anyMatch(listener -> listener.getPort() == port
                && (listener.getAddress().equals(address)
                        || listener.getAddress().isAnyLocalAddress() && isOfThisMachine(address)));
    }

    /// True if an address that a public MX record leads to may be called.
    public boolean mayCall(InetAddress address) {
        return allowLoopback || !(address.isLoopbackAddress() || address.isAnyLocalAddress());
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }
}
