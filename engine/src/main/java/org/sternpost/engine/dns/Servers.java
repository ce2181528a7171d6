package org.sternpost.engine.dns;

import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Message;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;

/// The recursive servers to ask, in order: UDP first, TCP when an answer is truncated (RFC 7766 §5).
///
/// @param timeout   for one answer of one server; each is asked twice at most
/// @param questions that may be under way at a time, each with a file of its own
public record Servers(List<InetSocketAddress> addresses, Duration timeout, Semaphore questions) {

    /// What a server may take for one answer unless the settings say more.
    public static final Duration TIMEOUT = Duration.ofSeconds(2);

    /// The largest answer that servers may send in one datagram (DNS flag day 2020: no fragments).
    public static final int UDP_OCTETS = 1232;

    private static final int ROUNDS = 2; // each server is asked twice at most
    private static final int DNS_PORT = 53;

    public Servers {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty())
            throw new IllegalArgumentException(
                    "dns.servers is empty; name a recursive DNS server such as 127.0.0.1:53");
    }

    public Servers(List<InetSocketAddress> addresses) { this(addresses, TIMEOUT); }

    public Servers(List<InetSocketAddress> addresses, Duration timeout) {
        this(addresses, timeout, new Semaphore(Integer.MAX_VALUE));
    }

    /// The same for which so many questions may be under way.
    public Servers within(Semaphore files) { return new Servers(addresses, timeout, files); }

    /// One of them alone.
    public Servers only(InetSocketAddress one) { return new Servers(List.of(one), timeout, questions); }

    /// Reads `host:port` texts; the port may be left out.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Servers of(List<String> texts) { return new Servers(texts.stream().map(Servers::address).toList()); }

    /// The servers that the operating system uses.
    public static Servers ofSystem(Duration timeout) {
        return new Servers(ResolverConfig.getCurrentConfig().servers(), timeout);
    }

    /// All questions that one proof takes, together.
    public Duration proofTimeout() { return timeout.multipliedBy(10); }

    /// True if every server runs on this machine, so that nobody can change its answers on the way (RFC 4035 §4.9.3).
    public boolean areLoopback() { return addresses.stream().allMatch(a -> a.getAddress().isLoopbackAddress()); }

    /// A client of these servers. `dnssec` sets DO, which asks for signatures (RFC 3225 §3).
    public org.xbill.DNS.Resolver client(boolean dnssec) {
        List<org.xbill.DNS.Resolver> inner = addresses.stream().<org.xbill.DNS.Resolver>map(address -> {
            var one = new SimpleResolver(address);
            one.setTimeout(timeout);
            return one;
        }).toList();
        var all = new Bounded(inner, questions);
        all.setRetries(ROUNDS);
        // ExtendedResolver's timeout is the whole: shorter than the sum and later servers would never be asked.
        all.setTimeout(timeout.multipliedBy((long) ROUNDS * addresses.size()).plusMillis(500));
        all.setEDNS(0, UDP_OCTETS, dnssec ? ExtendedFlags.DO : 0, List.of());
        return all;
    }

    /// Who asks while too many others do waits; each of theirs ends with its own time.
    private static final class Bounded extends ExtendedResolver {

        private final Semaphore questions;

        Bounded(List<org.xbill.DNS.Resolver> servers, Semaphore questions) {
            super(servers);
            this.questions = questions;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            try {
                questions.acquire();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return CompletableFuture.failedFuture(new InterruptedIOException("asked to stop"));
            }
            try {
                return super.sendAsync(query, executor).whenComplete((_, _) -> questions.release());
            } catch (RuntimeException | Error failed) {
                questions.release();
                throw failed;
            }
        }
    }

    private static InetSocketAddress address(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > bracket && (bracket >= 0 || text.indexOf(':') == colon);
        String host = (hasPort ? text.substring(0, colon) : text).replace("[", "").replace("]", "");
        try {
            int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : DNS_PORT;
            return new InetSocketAddress(java.net.InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    "dns.servers: '" + text + "' is no IP address with port; write 127.0.0.1:53 or [::1]:53", bad);
        }
    }
}
