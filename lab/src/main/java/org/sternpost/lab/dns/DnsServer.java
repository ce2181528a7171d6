package org.sternpost.lab.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

import org.xbill.DNS.Message;

/// Carries questions and answers over UDP and TCP (RFC 1035 §4.2, RFC 7766).
public final class DnsServer implements AutoCloseable {
    private static final int UDP_OCTETS_WITHOUT_EDNS = 512; // RFC 1035 §2.3.4
    private static final int UDP_OCTETS_MAX = 4096;
    private static final int UDP_BUFFER_OCTETS = 4_194_304; // As much of it as the system grants.
    private static final int MESSAGE_OCTETS_MAX = 65_535;
    private static final int IDLE_MILLIS = 10_000;
    private static final int BIND_ATTEMPTS = 20;

    private final Responder responder;
    private final InetSocketAddress address;
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DnsServer(Responder responder, ServerSocket tcp, DatagramSocket udp) {
        this.responder = responder;
        this.tcp = tcp;
        this.udp = udp;
        this.address = new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
    }

    /// Listens on one port for both transports; port 0 takes a free one.
    public static DnsServer start(InetAddress address, int port, Responder responder) throws IOException {
        for (int attempt = 1;; attempt++) {
            var tcp = new ServerSocket();
            try {
                tcp.bind(new InetSocketAddress(address, port));
                var udp = new DatagramSocket(new InetSocketAddress(address, tcp.getLocalPort()));
                var server = new DnsServer(responder, tcp, udp);
                udp.setReceiveBufferSize(UDP_BUFFER_OCTETS);
                // A platform thread, for virtual ones are not preempted: while some sign, packets would be lost.
                Thread.ofPlatform().daemon().name("lab-dns").start(server::listenUdp);
                server.threads.execute(server::listenTcp);
                return server;
            } catch (BindException taken) {
                tcp.close();
                if (port != 0 || attempt == BIND_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    /// Where it listens, or did.
    public InetSocketAddress address() { return address; }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        threads.shutdownNow();
    }

    private void listenUdp() {
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(new byte[UDP_OCTETS_MAX], UDP_OCTETS_MAX);
                udp.receive(packet);
                threads.execute(() -> answerUdp(packet));
            } catch (IOException broken) {
                // A packet we cannot read is a packet lost: its sender asks again. Closing ends the loop.
                continue;
            } catch (RejectedExecutionException closing) {
                return;
            }
        }
    }

    private void answerUdp(DatagramPacket packet) {
        try {
            var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            var answer = responder.answer(query);
            if (answer.isPresent()) {
                var edns = query.getOPT();
                var limit = edns == null
                        ? UDP_OCTETS_WITHOUT_EDNS
                        : Math.clamp(edns.getPayloadSize(), UDP_OCTETS_WITHOUT_EDNS, UDP_OCTETS_MAX);
                var wire = answer.get().toWire(limit);
                udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            }
        } catch (IOException unreadable) {
            // Not a question: nobody to answer.
            return;
        }
    }

    private void listenTcp() {
        while (!tcp.isClosed()) {
            try {
                var socket = tcp.accept();
                threads.execute(() -> serveTcp(socket));
            } catch (IOException closed) {
                continue;
            } catch (RejectedExecutionException closing) {
                return;
            }
        }
    }

    private void serveTcp(Socket socket) {
        try (socket) {
            socket.setSoTimeout(IDLE_MILLIS);
            var in = new DataInputStream(socket.getInputStream());
            var out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                var answer = responder.answer(new Message(in.readNBytes(in.readUnsignedShort())));
                if (answer.isPresent()) {
                    var wire = answer.get().toWire(MESSAGE_OCTETS_MAX);
                    var framed = new byte[wire.length + 2];
                    framed[0] = (byte) (wire.length >> 8);
                    framed[1] = (byte) wire.length;
                    System.arraycopy(wire, 0, framed, 2, wire.length);
                    out.write(framed);
                    out.flush();
                }
            }
        } catch (IOException over) {
            // The peer left or wrote no question: the connection is over either way.
            return;
        }
    }
}
