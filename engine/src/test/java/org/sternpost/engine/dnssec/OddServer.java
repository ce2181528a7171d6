package org.sternpost.engine.dnssec;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sternpost.lab.FreePort;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/// A DNS server on loopback that asks another one and spoils what comes back.
final class OddServer implements AutoCloseable {

    /// What it makes of a reply; empty for silence.
    @FunctionalInterface
    interface Habit {
        Optional<Message> of(Message query, Message reply);
    }

    private final DatagramSocket udp;
    private final Optional<ServerSocket> tcp;
    private final InetSocketAddress upstream;
    private final Habit habit;

    /// @param overTcp false: nobody listens on TCP
    OddServer(InetSocketAddress upstream, boolean overTcp, Habit habit) throws IOException {
        this.upstream = upstream;
        this.habit = habit;
        var here = InetAddress.getByName("127.0.0.1");
        ServerSocket listening = new ServerSocket(FreePort.find(), 50, here);
        this.udp = new DatagramSocket(new InetSocketAddress(here, listening.getLocalPort()));
        if (overTcp) this.tcp = Optional.of(listening);
        else {
            listening.close();
            this.tcp = Optional.empty();
        }
        Thread.ofVirtual().start(this::serveUdp);
        tcp.ifPresent(socket -> Thread.ofVirtual().start(() -> serveTcp(socket)));
    }

    InetSocketAddress address() { return (InetSocketAddress) udp.getLocalSocketAddress(); }

    static Message without(Message reply, int type) {
        for (int section : new int[]{Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL})
            for (Record record : List.copyOf(reply.getSection(section)))
                if (record.getType() == type) reply.removeRecord(record, section);
        return reply;
    }

    static Message vouched(Message reply) {
        reply.getHeader().setFlag(Flags.AD);
        return reply;
    }

    /// As a validator answers: refuses what lies in `bogus`, vouches for the rest unless told not to check.
    static Habit validating(String bogus) {
        return (query, reply) -> {
            if (query.getHeader().getFlag(Flags.CD)) return Optional.of(reply);
            if (!query.getQuestion().getName().toString(true).endsWith(bogus)) return Optional.of(vouched(reply));
            reply.removeAllRecords(Section.ANSWER);
            reply.getHeader().setRcode(Rcode.SERVFAIL);
            return Optional.of(reply);
        };
    }

    static Habit always(UnaryOperator<Message> change) { return (_, reply) -> Optional.of(change.apply(reply)); }

    static Message stripped(Message reply) { return without(reply, Type.RRSIG); }

    @Override
    public void close() throws IOException {
        udp.close();
        if (tcp.isPresent()) tcp.get().close();
    }

    private void serveUdp() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed())
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                var reply = answer(Arrays.copyOf(buffer, packet.getLength()));
                if (reply.isPresent())
                    udp.send(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
    }

    private void serveTcp(ServerSocket listening) {
        while (!listening.isClosed())
            try {
                Socket one = listening.accept();
                Thread.ofVirtual().start(() -> serve(one));
            } catch (IOException closed) {
                return;
            }
    }

    /// A connection serves many questions, as clients expect (RFC 7766 §6.2.1).
    private void serve(Socket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            var out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                var reply = answer(query);
                if (reply.isEmpty()) return;
                out.writeShort(reply.get().length);
                out.write(reply.get());
                out.flush();
            }
        } catch (IOException left) {
            // The client has what it wanted.
        }
    }

    private Optional<byte[]> answer(byte[] wire) throws IOException {
        var query = new Message(wire);
        var asked = new SimpleResolver(upstream);
        asked.setTCP(true);
        Message reply = asked.send(query.clone());
        reply.getHeader().setID(query.getHeader().getID());
        return habit.of(query, reply).map(Message::toWire);
    }
}
