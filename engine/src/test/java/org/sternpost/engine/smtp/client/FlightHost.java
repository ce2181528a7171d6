package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Mail hosts that hear a whole flight, octet by octet as a test wants it, before they say a word, and then say all at
/// once: so what one flight needs of the other is what the test says.
final class FlightHost {

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    /// What a host hears before it speaks, and what it says then, with `|` between lines; `drop` at the end closes.
    record Turn(String hears, String says) {}

    /// What was heard and not wanted.
    List<String> wrong() { return List.copyOf(wrong); }

    /// A host that meets each session with the turns of one more script.
    RawHost of(String extensions, List<List<Turn>> sessions) throws IOException {
        var left = new ArrayDeque<>(sessions);
        return new RawHost((self, peer) -> {
            List<Turn> turns;
            synchronized (left) {
                turns = left.poll();
            }
            if (turns == null) throw new IOException("one session too many");
            RawHost.say(peer, "220 test");
            var all = Stream.concat(Stream.of(new Turn("EHLO me\r\n", hello(extensions))), turns.stream()).toList();
            for (Turn turn : all)
                if (!met(peer, turn)) return;
            self.rest();
        });
    }

    private static String hello(String extensions) {
        return "250-test|" + Arrays.stream(extensions.split(" ")).map(word -> "250-" + word + "|")
                .collect(Collectors.joining()) + "250 HELP";
    }

    private boolean met(Socket peer, Turn turn) throws IOException {
        byte[] heard = peer.getInputStream().readNBytes(turn.hears().length());
        String text = new String(heard, StandardCharsets.ISO_8859_1);
        if (!text.equals(turn.hears())) wrong.add("wanted <" + turn.hears() + "> heard <" + text + ">");
        String said = turn.says().replace("|drop", "");
        if (!said.isEmpty() && !said.equals("drop")) RawHost.say(peer, said.replace("|", "\r\n"));
        return !turn.says().endsWith("drop");
    }
}
