package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingTest {

    /// Other than that of another build that runs at the same time.
    private static final int NETWORK = 90 + (int) (ProcessHandle.current().pid() % 150);

    @TempDir
    Path directory;

    /// A server that says this of its messages.
    private record Says(Map<String, Gateway.Fate> all) implements Gateway.Running {
        @Override
        public InetSocketAddress submission() { throw new UnsupportedOperationException(); }

        @Override
        public ProcessTree processes() { throw new UnsupportedOperationException(); }

        @Override
        public Map<String, Gateway.Fate> fates(Set<String> messageIds) { return all; }

        @Override
        public Duration stop() { return Duration.ZERO; }
    }

    @Test
    void onlyWhatTheServerSaysIsInItsQueueWaitsAllElseIsLost() throws Exception {
        var cold = new Tally(1, 2);
        cold.accepted(0);
        cold.arrived(1, 0);
        cold.arrived(1, 1); // its 250 was lost on the way to us
        var warm = new Tally(2, 5);
        for (int number : new int[]{0, 1, 2, 3})
            warm.accepted(number);
        var told = Missing.of(List.of(new Missing.Round("cold", cold, 2), new Missing.Round("warm", warm, 0)),
                new Says(Map.of(
                        "<2.0@injector.test>", new Gateway.Fate(true, "Pending 4.4.3 no answer"),
                        "<2.1@injector.test>", new Gateway.Fate(true, "Pending 4.4.3 no answer"),
                        "<2.2@injector.test>", new Gateway.Fate(false, "Delivered 2.0.0 kept"))));
        assertEquals(new Missing(2, 2,
                List.of("the warm phase stalled: 4 of 5 are missing, <2.0@injector.test> for one",
                        "2 waiting: Pending 4.4.3 no answer", "1 LOST, says the server: Delivered 2.0.0 kept",
                        "1 LOST, the server knows nothing of it")),
                told);
    }

    @Test
    void whenAllArrivedNobodyIsAsked() throws Exception {
        var round = new Tally(1, 1);
        round.accepted(0);
        round.arrived(1, 0);
        assertEquals(new Missing(0, 0, List.of()), Missing.of(List.of(new Missing.Round("cold", round, 1)),
                new Says(Map.of())));
    }

    @Test
    void whatCameWhenNobodyWaitedForItIsToldAndIsNotLost() throws Exception {
        var round = new Tally(1, 3);
        for (int number : new int[]{0, 1, 2}) {
            round.accepted(number);
            round.arrived(1, number);
        }
        assertEquals(new Missing(0, 0, List.of("the cold phase stalled: 2 of 3 came late")),
                Missing.of(List.of(new Missing.Round("cold", round, 1)), new Says(Map.of())));
    }

    @Test
    void sternpostsTraceSaysWhatBecameOfAMessageAndItsQueueWhyItWasNotTried() throws Exception {
        String row = """
                {"recipientAddress":"%s@x.test","status":"%s","code":"%s","messageId":"<1.%d@i>","detail":"%s"}
                """;
        Path trace = Files.writeString(directory.resolve("trace"), "Learning how to start faster ...\n"
                + row.formatted("a", "Pending", "4.4.3", 0, "no \\\"answer\\\"")
                + row.formatted("b", "Pending", "", 1, "")
                + row.formatted("c", "Delivered", "2.0.0", 2, "250 ok")
                + row.formatted("d", "Delivered", "2.0.0", 3, "250 ok"));
        Path queues = Files.writeString(directory.resolve("queues"), """
                {"identity":"Default/x.test","nextHopDomain":"x.test","messageCount":2,"lastError":"4.4.3 silent"}
                """);
        assertEquals(Map.of("<1.0@i>", new Gateway.Fate(true, "Pending 4.4.3 no \"answer\""),
                "<1.1@i>", new Gateway.Fate(true, "Pending, not tried; its queue: 4.4.3 silent"),
                "<1.2@i>", new Gateway.Fate(false, "Delivered 2.0.0 250 ok")),
                Sternpost.read(trace, queues, Set.of("<1.0@i>", "<1.1@i>", "<1.2@i>", "<9.9@i>")));
    }

    @Test
    void postfixsLogSaysItThoughAQueueIdIsUsedAgain() {
        assertEquals(Map.of("<1.0@i>", new Gateway.Fate(false, "dsn=2.0.0, status=sent (250 2.0.0 Taken)"),
                "<1.1@i>", new Gateway.Fate(true, "dsn=4.7.5, status=deferred (TLSA lookup error)"),
                "<1.2@i>", new Gateway.Fate(true, "not tried")),
                Postfix.read(Stream.of(
                        "Nov 28 10:00:00 relay postfix/cleanup[7]: 4F2A: message-id=<1.0@i>",
                        "Nov 28 10:00:00 relay postfix/smtp[8]: 4F2A: to=<u@d.test>, relay=mx[127.0.0.1]:25, delay=0, "
                                + "dsn=2.0.0, status=sent (250 2.0.0 Taken)",
                        "Nov 28 10:00:00 relay postfix/qmgr[9]: 4F2A: removed",
                        "Nov 28 10:00:01 relay postfix/cleanup[7]: 4F2A: message-id=<1.1@i>",
                        "Nov 28 10:00:01 relay postfix/smtp[8]: 4F2A: to=<u@d.test>, relay=none, delay=0, "
                                + "dsn=4.7.5, status=deferred (TLSA lookup error)",
                        "Nov 28 10:00:01 relay postfix/cleanup[7]: 4F2B: message-id=<1.2@i>"),
                        Set.of("4F2A", "4F2B"), Set.of("<1.0@i>", "<1.1@i>", "<1.2@i>")));
    }

    @Test
    void aSecondRunInTheSameNetworkIsRefusedAndTheFirstIsNamed() throws Exception {
        var place = Options.of("--network", String.valueOf(NETWORK)).place();
        try (var _ = place.claim()) {
            String refused = assertThrows(IOException.class, place::claim).getMessage();
            assertTrue(refused.contains("process " + ProcessHandle.current().pid()), refused);
            assertTrue(refused.endsWith("give --network another number"), refused);
        }
        place.claim().close();
    }
}
