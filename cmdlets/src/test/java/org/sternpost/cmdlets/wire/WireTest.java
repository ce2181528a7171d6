package org.sternpost.cmdlets.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.sternpost.cmdlets.catalogue.AllCmdlets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.cmdlets.mail.GetMessageTrace;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.Ports;
import org.sternpost.cmdlets.transport.GetOutboundConnector;
import org.sternpost.cmdlets.transport.RemoveOutboundConnector;
import org.sternpost.cmdlets.report.GetEngineStatus;
import org.sternpost.cmdlets.mail.GetQueue;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

class WireTest {

    private static final Time TIME = new SystemTime();

    private final List<String> committedBy = new ArrayList<>();
    private final AtomicInteger plans = new AtomicInteger();
    private final CountDownLatch asked = new CountDownLatch(1);
    /// Counts commits, blocks where a test wants it to, and fails where a test wants that.
    private final Management engine = Ports.of(new OneConnector() {
        @Override
        public Plan<ConnectorView> remove(String name) throws ManagementException {
            plans.incrementAndGet();
            Plan<ConnectorView> plan = super.remove(name);
            return new Plan<>(plan.operation(), plan.target(), plan.changes(), plan.affects(), plan.warnings(), by -> {
                committedBy.add(by);
                return plan.commit().apply(by);
            });
        }
    }, Ports.answering(Management.QueuePort.class, () -> {
        asked.countDown();
        new CountDownLatch(1).await();
        return List.of();
    }), Ports.answering(Management.TracePort.class, () -> Stream.concat(
            Stream.generate(() -> Plain.of(MessageTraceView.class)).limit(2),
            Stream.generate(() -> {
                throw new ManagementException(ManagementException.Kind.Unavailable, "the search looked at 2 messages",
                        "go on from there").inStream();
            }))), Ports.answering(Management.EnginePort.class, () -> {
                throw new IllegalStateException("a defect");
            }));
    private Path socket;
    private WireServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        socket = directory.resolve("admin.sock");
        server = WireServer.start(socket, engine, new AllCmdlets(), "mx1.example.com", TIME);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        assertFalse(Files.exists(socket));
    }

    @Test
    void aQueryHandsOutRecordsAsTheyWere() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            assertEquals("mx1.example.com", client.engine());
            var records = new ArrayList<Record>();
            client.query(Plain.of(GetOutboundConnector.class), records::add);
            assertEquals(engine.connectors().all(), records);
        }
    }

    /// The JDK takes a third of a second to end a process with a thread that waits in native code, as those do that
    /// watch the sockets of virtual threads.
    @Test
    void aClientThatIsClosedLeavesNoThreadBehind() throws Exception {
        List<Thread> threads;
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            client.query(Plain.of(GetOutboundConnector.class), _ -> {});
            threads = platformThreadsOfTheWire();
            assertTrue(threads.stream().map(Thread::getName).toList().containsAll(
                    List.of("wire-reader", "wire-writer")), threads::toString); // of clients before some may end yet
        }
        for (Thread each : threads)
            assertTrue(each.join(Patience.AMPLE), each::getName);
    }

    private static List<Thread> platformThreadsOfTheWire() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().matches("wire-(reader|writer)")).toList();
    }

    @Test
    void aPlanChangesNothing() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            PlanView plan = client.plan(new RemoveOutboundConnector("gov"));
            assertEquals("OutboundConnector gov", plan.target());
            assertEquals(List.of(new PlanView.ChangeView("name", "gov", "")), plan.changes());
            assertTrue(committedBy.isEmpty());
        }
    }

    @Test
    void anOperationIsAppliedOnceAndAnsweredTwice() throws Exception {
        var records = new ArrayList<Record>();
        PlanView first;
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            first = client.commit(new RemoveOutboundConnector("gov"), "op-1", records::add);
        }
        try (var again = SocketClient.connect(socket, new AllCmdlets())) {
            assertEquals(first, again.commit(new RemoveOutboundConnector("gov"), "op-1", records::add));
            var other = assertThrows(ManagementException.class,
                    () -> again.commit(new RemoveOutboundConnector("Default"), "op-1", _ -> {}));
            assertEquals(ManagementException.Kind.Conflict, other.kind());
        }
        assertEquals(List.of(System.getProperty("user.name")), committedBy);
        assertEquals(2, records.size());
    }

    @Test
    void whatTheEngineRefusesIsToldInItsWords() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            var no = assertThrows(ManagementException.class,
                    () -> client.query(Plain.of(GetOutboundConnector.class, "identity", "gvo"), _ -> {}));
            assertEquals(ManagementException.Kind.NotFound, no.kind());
            assertEquals("there is no connector gvo", no.getMessage());
            assertEquals("did you mean gov?", no.hint());
        }
    }

    @Test
    void aSearchThatEndsEarlySaysSoBehindItsRows() throws Exception {
        try (var socketLink = SocketClient.connect(socket, new AllCmdlets());
                var direct = new InProcessClient(engine, "mx1.example.com", "anna")) {
            for (EngineClient client : List.of(socketLink, direct)) {
                var records = new ArrayList<Record>();
                var search = Plain.of(GetMessageTrace.class, "resultSize", 1000);
                var ended = assertThrows(ManagementException.class, () -> client.query(search, records::add));
                assertEquals("the search looked at 2 messages", ended.getMessage());
                assertEquals("go on from there", ended.hint());
                assertEquals(2, records.size());
            }
        }
    }

    @Test
    void aDefectIsAnAnswerAndTheConnectionStays() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            var defect = assertThrows(ManagementException.class, () -> client.query(new GetEngineStatus(), _ -> {}));
            assertEquals(ManagementException.Kind.Unavailable, defect.kind());
            client.plan(new RemoveOutboundConnector("gov"));
        }
    }

    @Test
    void aCancelStopsAQueryWhileAnotherGoesOn() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            var ended = new ArrayList<Exception>();
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    client.query(Plain.of(GetQueue.class, "resultSize", 1000), _ -> {});
                } catch (IOException | ManagementException end) {
                    ended.add(end);
                }
            });
            asked.await();
            var records = new ArrayList<Record>();
            client.query(Plain.of(GetOutboundConnector.class, "identity", "gov"), records::add);
            assertEquals(1, records.size());
            client.cancel();
            waiting.join();
            assertTrue(ended.getFirst() instanceof CancelledException, () -> "" + ended);
        }
    }

    @Test
    void anEngineThatGoesAwayIsToldToWhoWaits() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            Thread closer = Thread.ofVirtual().start(() -> {
                try {
                    asked.await();
                    server.close();
                } catch (IOException | InterruptedException broken) {
                    throw new IllegalStateException(broken);
                }
            });
            var lost = assertThrows(IOException.class,
                    () -> client.query(Plain.of(GetQueue.class, "resultSize", 1000), _ -> {}));
            assertFalse(lost instanceof CancelledException);
            closer.join();
        }
    }

    @Test
    void aConsumerThatFailsLeavesTheLinkUsable() throws Exception {
        try (var client = SocketClient.connect(socket, new AllCmdlets())) {
            assertThrows(IllegalStateException.class, () -> client.query(Plain.of(GetOutboundConnector.class), _ -> {
                throw new IllegalStateException("enough");
            }));
            client.plan(new RemoveOutboundConnector("gov"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Get-Secrets", "Where-Object", "get-queue", "Validate-OutboundConnector",
            "java.lang.Runtime"})
    void onlyCmdletsOfTheEngineCanBeNamed(String name) throws Exception {
        String answer = talk("{\"hello\":1}\n{\"id\":1,\"do\":\"" + name + "\",\"args\":{}}\n", 2);
        assertTrue(answer.contains("\"code\":\"BadArgument\""), answer);
    }

    @Test
    void anUnknownArgumentIsRefusedBeforeTheEngineIsAsked() throws Exception {
        String answer = talk("{\"hello\":1}\n"
                + "{\"id\":1,\"do\":\"Remove-OutboundConnector\",\"mode\":\"plan\",\"args\":{\"name\":\"gov\"}}\n", 2);
        assertTrue(answer.contains("has no name"), answer);
        assertEquals(0, plans.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"mode\":\"run\"", ",\"mode\":\"commit\"",
            ",\"mode\":\"commit\",\"operationId\":\" \""})
    void aChangeNeedsItsModeAndACommitAnOperationId(String how) throws Exception {
        String answer = talk(
                "{\"hello\":1}\n{\"id\":1,\"do\":\"Remove-OutboundConnector\",\"args\":{\"identity\":\"gov\"}"
                        + how + "}\n",
                2);
        assertTrue(answer.contains("\"error\""), answer);
        assertTrue(committedBy.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\n", "{\"hello\":2}\n", "[]\n", "{\"hello\":1}\n{\"id\":\"x\"}\n",
            "{\"hello\":1}\n{\"do\":\"Get-Queue\"}\n", "{\"hello\":1}\n\u0000\n"})
    void whatIsNoFrameIsAnsweredAndEndsTheConnection(String said) throws Exception {
        String answer = talk(said, Integer.MAX_VALUE);
        assertTrue(answer.contains("\"code\":\"BadFrame\""), answer);
    }

    @Test
    void anOversizedFrameEndsTheConnection() throws Exception {
        String answer = talk("{\"hello\":1,\"client\":\"" + "x".repeat(9 * 1024 * 1024), Integer.MAX_VALUE);
        assertTrue(answer.isEmpty() || answer.contains("8 MiB"), answer);
        aPlanChangesNothing();
    }

    @Test
    void theSocketIsForItsOwnerAlone() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        try (var beside = Files.list(socket.getParent())) {
            assertEquals(List.of(socket), beside.toList());
        }
    }

    @Test
    void aRunningEngineKeepsItsSocketAndADeadOneDoesNot() throws Exception {
        var taken = assertThrows(IOException.class,
                () -> WireServer.start(socket, engine, new AllCmdlets(), "second", TIME));
        assertTrue(String.valueOf(taken.getMessage()).contains("already"), taken.getMessage());
        Path dead = socket.resolveSibling("dead.sock");
        SocketFile.listen(dead).close();
        assertTrue(Files.exists(dead));
        try (var revived = WireServer.start(dead, engine, new AllCmdlets(), "mx2", TIME)) {
            SocketClient.connect(revived.socket(), new AllCmdlets()).close();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(socket.resolveSibling("notes.txt"), "mine");
        assertThrows(IOException.class, () -> WireServer.start(file, engine, new AllCmdlets(), "mx1", TIME));
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void aPathThatIsTooLongIsToldSo() {
        Path deep = socket.resolveSibling("x".repeat(120));
        var no = assertThrows(IOException.class, () -> WireServer.start(deep, engine, new AllCmdlets(), "mx1", TIME));
        assertTrue(String.valueOf(no.getMessage()).contains("107"), no.getMessage());
    }

    @Test
    void nobodyThereIsToldInWords() {
        var no = assertThrows(IOException.class,
                () -> SocketClient.connect(socket.resolveSibling("none"), new AllCmdlets()));
        assertTrue(String.valueOf(no.getMessage()).contains("is it running?"), no.getMessage());
    }

    /// The 65th shell is told so, and the next one is served when another has gone.
    @Test
    void aShellTooManyIsToldSoInWords() throws Exception {
        var links = new ArrayList<SocketClient>();
        try {
            for (int i = 0; i < 64; i++)
                links.add(SocketClient.connect(socket, new AllCmdlets()));
            for (int i = 0; i < 3; i++) {
                var no = assertThrows(SocketClient.RefusedException.class,
                        () -> SocketClient.connect(socket, new AllCmdlets()));
                assertTrue(String.valueOf(no.getMessage()).contains("64 shells are connected"), no.getMessage());
                assertTrue(no.hint().contains("close one"), no.hint());
            }
            links.removeLast().close();
            while (server.connected().size() > 63)
                Thread.onSpinWait();
            links.add(SocketClient.connect(socket, new AllCmdlets()));
        } finally {
            links.forEach(SocketClient::close);
        }
    }

    @Test
    void aDirectLinkDoesTheSameWithoutASocket() throws Exception {
        try (var client = new InProcessClient(engine, "mx1", "alice")) {
            var records = new ArrayList<Record>();
            client.query(Plain.of(GetOutboundConnector.class), records::add);
            assertEquals(engine.connectors().all(), records);
            client.commit(new RemoveOutboundConnector("gov"), "op", _ -> {});
            client.commit(new RemoveOutboundConnector("gov"), "op", _ -> {});
            assertEquals(List.of("alice"), committedBy);
        }
    }

    /// Says raw text and reads so many lines, or all until the engine closes.
    private String talk(String said, int lines) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                var reader = Channels.newReader(channel, StandardCharsets.UTF_8)) {
            var heard = new StringBuilder();
            try {
                var left = ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8));
                while (left.hasRemaining())
                    channel.write(left);
                for (int seen = 0, c = reader.read(); c >= 0; c = reader.read()) {
                    heard.append((char) c);
                    if (c == '\n' && ++seen == lines) break;
                }
            } catch (IOException reset) {
                // An engine that has heard enough may close while we still speak.
            }
            return heard.toString();
        }
    }
}
