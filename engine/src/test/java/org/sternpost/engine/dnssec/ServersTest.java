package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.FreePort;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Datagrams that lie, come late, or are cut; servers that are down. Asked by way of a resolver that is believed.
class ServersTest {

    private static final Question QUESTION = new Question(Domain.of("mx.a.test"), RecordType.A);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<DatagramPacket> seen = new CopyOnWriteArrayList<>();

    /// What a server sends for the n-th datagram, in octets.
    private interface Script {
        List<byte[]> replies(int count, Message query) throws IOException;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open)
            one.close();
    }

    private InetSocketAddress server(Script script) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FreePort.find()));
        open.add(socket);
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed())
                try {
                    var packet = new DatagramPacket(new byte[4096], 4096);
                    socket.receive(packet);
                    seen.add(packet);
                    var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                    for (byte[] reply : script.replies(seen.size(), query))
                        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                } catch (IOException closed) {
                    return;
                }
        });
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void tcp(int port, Message... replies) throws IOException {
        var listening = new ServerSocket(port, 5, InetAddress.ofLiteral("127.0.0.1"));
        open.add(listening);
        Thread.ofVirtual().start(() -> {
            try (var socket = listening.accept()) {
                var in = new DataInputStream(socket.getInputStream());
                var query = new Message(in.readNBytes(in.readUnsignedShort()));
                for (Message reply : replies) {
                    reply.getHeader().setID(query.getHeader().getID());
                    byte[] wire = reply.toWire();
                    var out = new DataOutputStream(socket.getOutputStream());
                    out.writeShort(wire.length);
                    out.write(wire);
                    out.flush();
                }
                in.read();
            } catch (IOException over) {
                return;
            }
        });
    }

    private static Lookup believing(InetSocketAddress... servers) {
        return new ResolverValidation(new Servers(List.of(servers), Patience.UNMET), new SimTime());
    }

    /// Where one of them says nothing by design.
    private static Lookup believingFor(Duration span, InetSocketAddress... servers) {
        return new ResolverValidation(new Servers(List.of(servers), span), new SimTime());
    }

    private static Message reply(Message query, String address) {
        var reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AD);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        if (!address.isEmpty())
            reply.addRecord(new ARecord(query.getQuestion().getName(), DClass.IN, 60, InetAddress.ofLiteral(address)),
                    Section.ANSWER);
        return reply;
    }

    private static String text(Answer answer) { return answer.statusWord() + " " + answer.text(); }

    @Test
    void eachQueryHasAnIdAndAPortOfItsOwn() throws IOException {
        var lookup = believing(server((_, query) -> List.of(reply(query, "127.0.0.2").toWire())));
        for (int i = 0; i < 40; i++)
            assertEquals("Secure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
        long ports = seen.stream().map(DatagramPacket::getPort).distinct().count();
        long ids = seen.stream().map(p -> (p.getData()[0] & 0xff) << 8 | p.getData()[1] & 0xff).distinct().count();
        assertTrue(ports >= 38 && ids >= 38, ports + " ports, " + ids + " ids of 40 queries");
        // RFC 5452 §9.2: not to be guessed from the one before.
        long steps = IntStream.range(1, seen.size())
                .map(i -> seen.get(i).getPort() - seen.get(i - 1).getPort()).filter(step -> Math.abs(step) <= 2)
                .count();
        assertTrue(steps <= 3, "ports follow one another " + steps + " times");
    }

    @Test
    void aReplyToAnotherQuestionOrIdIsNoReply() throws IOException {
        for (int lie = 0; lie < 4; lie++) {
            int which = lie;
            seen.clear();
            var lookup = believingFor(Servers.TIMEOUT, server((count, query) -> List.of(count == 1
                    ? wrong(which, query).toWire()
                    : reply(query, "127.0.0.2").toWire())));
            assertEquals("Secure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
            assertTrue(seen.size() >= 2, "asked again after lie " + which);
        }
    }

    private static Message wrong(int which, Message query) throws IOException {
        Message reply = reply(query, "127.0.0.66");
        Record question = query.getQuestion();
        var other = switch (which) {
            case 0 -> question;
            case 1 -> Record.newRecord(Name.fromString("other.test."), Type.A, DClass.IN);
            case 2 -> Record.newRecord(question.getName(), Type.AAAA, DClass.IN);
            default -> Record.newRecord(question.getName(), Type.A, DClass.CH);
        };
        if (which == 0) reply.getHeader().setID(reply.getHeader().getID() ^ 1);
        reply.removeRecord(question, Section.QUESTION);
        reply.addRecord(other, Section.QUESTION);
        return reply;
    }

    @Test
    void onlyLiesAreAFailure() throws IOException {
        var lookup = believingFor(Servers.TIMEOUT, server((_, query) -> List.of(wrong(1, query).toWire())));
        assertTrue(text(lookup.checked(QUESTION).answer()).startsWith("ServFail the answer cannot be read"));
    }

    @Test
    void octetsThatAreNoMessageAreNoReply() throws IOException {
        var lookup = believingFor(Servers.TIMEOUT, server((count, query) -> {
            byte[] garbage = reply(query, "127.0.0.2").toWire();
            return List.of(count == 1 ? Arrays.copyOf(garbage, 20) : garbage);
        }));
        assertEquals("Secure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
    }

    @Test
    void aLateAnswerBelongsToNobody() throws IOException {
        var late = new ArrayList<Message>();
        var lookup = believingFor(Servers.TIMEOUT, server((count, query) -> {
            if (count == 1) {
                late.add(reply(query, "127.0.0.66"));
                return List.of();
            }
            // The answer to the first query comes when the second is under way.
            byte[] wire = late.getFirst().toWire();
            ((DatagramSocket) open.getFirst())
                    .send(new DatagramPacket(wire, wire.length, seen.getFirst().getSocketAddress()));
            return List.of(reply(query, "127.0.0.2").toWire());
        }));
        assertEquals("Secure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
        assertEquals("Secure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
    }

    @Test
    void aTruncatedReplyIsAskedForOverTcp() throws IOException {
        var udp = server((_, query) -> {
            Message cut = reply(query, "");
            cut.getHeader().setFlag(Flags.TC);
            return List.of(cut.toWire());
        });
        var query = Message.newQuery(Record.newRecord(Name.fromString("mx.a.test."), Type.A, DClass.IN));
        tcp(udp.getPort(), reply(query, "127.0.0.2"));
        assertEquals("Secure 127.0.0.2", text(believing(udp).checked(QUESTION).answer()));
    }

    @Test
    void aReplyThatIsTruncatedOverTcpTooIsAFailure() throws IOException {
        var udp = server((_, query) -> {
            Message cut = reply(query, "");
            cut.getHeader().setFlag(Flags.TC);
            return List.of(cut.toWire());
        });
        var query = Message.newQuery(Record.newRecord(Name.fromString("mx.a.test."), Type.A, DClass.IN));
        Message cut = reply(query, "127.0.0.2");
        cut.getHeader().setFlag(Flags.TC);
        tcp(udp.getPort(), cut);
        assertEquals("ServFail the reply is truncated", text(believing(udp).checked(QUESTION).answer()));
    }

    @Test
    void whenOneServerIsDownTheNextIsAsked() throws IOException {
        var down = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FreePort.find());
        var silent = server((_, _) -> List.of());
        var up = server((_, query) -> List.of(reply(query, "127.0.0.2").toWire()));
        assertEquals("Secure 127.0.0.2", text(believing(down, up).checked(QUESTION).answer()));
        assertEquals("Secure 127.0.0.2", text(believingFor(Servers.TIMEOUT, silent, up).checked(QUESTION).answer()));
    }

    @Test
    void whenAllAreDownTheQuestionFails() throws IOException {
        var silent = server((_, _) -> List.of());
        assertTrue(text(believingFor(Patience.SHORT, silent).checked(QUESTION).answer()).startsWith("Timeout"));
    }

    @Test
    void servfailWithItsReasonIsKeptInTheServersWords() throws IOException {
        var bogus = believing(server((_, query) -> {
            Message failed = reply(query, "");
            failed.getHeader().setRcode(Rcode.SERVFAIL);
            failed.addRecord(new OPTRecord(1232, 0, 0, 0,
                    new ExtendedErrorCodeOption(6, "signature crypto failed\r\n\u001b[31m")),
                    Section.ADDITIONAL);
            return List.of(failed.toWire());
        }));
        String text = text(bogus.checked(QUESTION).answer());
        assertTrue(text.startsWith("Bogus ") && text.contains("EDE 6") && text.contains("signature crypto failed"),
                text);
        assertTrue(text.chars().noneMatch(Character::isISOControl), text);
    }

    @Test
    void withoutTheAdBitNothingIsProven() throws IOException {
        var lookup = believing(server((_, query) -> {
            Message plain = reply(query, "127.0.0.2");
            plain.getHeader().unsetFlag(Flags.AD);
            return List.of(plain.toWire());
        }));
        assertEquals("Insecure 127.0.0.2", text(lookup.checked(QUESTION).answer()));
    }

    @Test
    void aResolverOnAnotherMachineIsNotBelieved() {
        var far = Servers.of(List.of("192.0.2.53"));
        assertThrows(IllegalArgumentException.class, () -> new ResolverValidation(far, new SimTime()));
    }

    @Test
    void aServerThatKnowsNoEdnsProvesNothing() throws IOException {
        try (var net = new SignedInternet()) {
            net.signed("a.test", "mx A 127.0.0.2\n").unsigned("plain.test", "mx A 127.0.0.3\n");
            net.forge((query, honest) -> {
                honest.getSection(Section.ADDITIONAL)
                        .forEach(record -> honest.removeRecord(record, Section.ADDITIONAL));
                for (int section : new int[]{Section.ANSWER, Section.AUTHORITY})
                    for (Record record : List.copyOf(honest.getSection(section)))
                        if (record.getType() == Type.RRSIG || record.getType() == Type.NSEC)
                            honest.removeRecord(record, section);
                return Optional.of(honest);
            });
            assertEquals("Failed Bogus", net.seen("mx.a.test", RecordType.A));
            assertEquals("Failed Bogus", net.seen("mx.plain.test", RecordType.A));
        }
    }
}
