package org.sternpost.cmdlets.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.Engine;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.time.SystemTime;

/// Whatever a client writes into an argument, a real engine answers in words and never calls it its own failure.
class WrongArgumentsTest {

    private static final long SEED = Long.getLong("arguments.seed", 18);
    private static final String FOLLOW = "follow";
    private static final String COUNT = "count";
    private static final List<@Nullable Object> WRONG = Arrays.asList(null, true, 7L, 0L, -1L, Long.MIN_VALUE,
            Long.MAX_VALUE, 1e308, -0.5, "", " ", "*", "../x", "a\u202eb", "\u001b[2J", "@", "a@b@c", "/", "banks/",
            "x".repeat(5_000), "R-1", "[", "Enabled", "+1000000000-12-31T23:59:59.999999999Z",
            "-1000000000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-27", "9999-12-31", List.of(),
            List.of(7L), List.of(""), List.of("a\nb", "c"), Map.of(), Map.of("add", 7L),
            Map.of("add", List.of("\u0000")),
            Map.of("", ""), Map.of("Subject\r\nX", "y"));

    @TempDir
    Path home;

    private record Told(String code, String message) {}

    @Test
    void aWrongArgumentIsNamedAndIsNoDefect() throws Exception {
        Files.writeString(home.resolve("sternpost.yaml"), """
            hostName: relay.example.org
            dataDirectory: data
            submission: []
            dns: { servers: ["127.0.0.1:9"], timeout: 1s }
            """);
        Path socket = home.resolve("admin.sock");
        int asked = 0;
        var wrongly = new ArrayList<String>();
        var refused = new LinkedHashMap<String, Integer>();
        try (Engine _ = Engine.start(Settings.load(home.resolve("sternpost.yaml")),
                management -> WireServer.start(socket, management, new AllCmdlets(), "relay.example.org",
                        new SystemTime()));
                var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                var reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            say(channel, Map.of("hello", 1L));
            reader.readLine();
            for (Descriptor cmdlet : new AllCmdlets().all()) {
                if (cmdlet.runsInShell()) continue;
                var base = base(cmdlet);
                for (String key : keys(cmdlet))
                    for (Object wrong : WRONG) {
                        var arguments = new LinkedHashMap<>(base);
                        arguments.computeIfPresent(FOLLOW, (_, _) -> false);
                        if (cmdlet.verb() == Verb.Watch) arguments.put(COUNT, 1L);
                        arguments.put(key, wrong);
                        String what = cmdlet.name() + " " + key + "=" + Json.write(wrong);
                        Told told = ask(channel, reader, ++asked, cmdlet, arguments);
                        refused.merge(told.code(), 1, Integer::sum);
                        if (told.code().equals("Defect")) wrongly.add(what + " is called ours: " + told.message());
                        if (told.code().equals("BadArgument") && !names(told.message(), key))
                            wrongly.add(what + " is refused without its name: " + told.message());
                    }
            }
            assertEquals(asked, refused.values().stream().mapToInt(Integer::intValue).sum());
        }
        assertEquals(List.of(), wrongly);
        System.out.println("wrong arguments: " + asked + " asked, answered " + refused + ", seed " + SEED);
    }

    /// By its key, by its parameter, or by another parameter that it does not go with.
    private static boolean names(String message, String key) {
        return message.contains(key) || message.matches("(?s).*-[A-Z][A-Za-z]+.*");
    }

    private static List<String> keys(Descriptor cmdlet) {
        return new ArrayList<>(RecordJson.write(full(cmdlet)).keySet());
    }

    /// A record whose every argument is given.
    private static Record full(Descriptor cmdlet) {
        var random = new Random(SEED);
        Record fullest = new RandomRecords(random).make(cmdlet.type());
        for (int i = 0; i < 200; i++) {
            Record other = new RandomRecords(random).make(cmdlet.type());
            if (RecordJson.write(other).size() > RecordJson.write(fullest).size()) fullest = other;
        }
        return fullest;
    }

    /// What a cmdlet cannot do without.
    private static Map<String, @Nullable Object> base(Descriptor cmdlet) {
        var random = new Random(SEED);
        Map<String, @Nullable Object> least = RecordJson.write(new RandomRecords(random).make(cmdlet.type()));
        for (int i = 0; i < 50; i++) {
            var other = RecordJson.write(new RandomRecords(random).make(cmdlet.type()));
            if (other.size() < least.size()) least = other;
        }
        return least;
    }

    private static Told ask(SocketChannel channel, BufferedReader reader, long id, Descriptor cmdlet,
            Map<String, @Nullable Object> arguments) throws IOException {
        var frame = new LinkedHashMap<String, @Nullable Object>(
                Map.of("id", id, "do", cmdlet.name(), "args", arguments));
        if (cmdlet.changes()) {
            frame.put("mode", "commit");
            frame.put("operationId", "op-" + id);
        }
        say(channel, frame);
        // It lasts until somebody has seen enough.
        if (Boolean.TRUE.equals(arguments.get(FOLLOW)) || cmdlet.verb() == Verb.Wait
                || cmdlet.verb() == Verb.Watch && !Long.valueOf(1).equals(arguments.get(COUNT)))
            say(channel, Map.of("id", id, "cancel", true));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            var answer = Json.readObject(line);
            if (answer.get("end") != null) return new Told("done", "");
            if (answer.get("error") != null) {
                var error = Json.object(answer.get("error"));
                return new Told(String.valueOf(error.get("code")), String.valueOf(error.get("message")));
            }
        }
        throw new IOException("the engine hung up on " + cmdlet.name() + " " + Json.write(arguments));
    }

    private static void say(SocketChannel channel, Map<String, @Nullable Object> frame) throws IOException {
        var left = ByteBuffer.wrap((Json.write(frame) + "\n").getBytes(StandardCharsets.UTF_8));
        while (left.hasRemaining())
            channel.write(left);
    }
}
