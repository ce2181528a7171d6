package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SimTime;

/// A pickup directory whose door notes what is handed in, and answers what a test wants.
final class Dropbox {

    static final String HEAD = "From: Ann <ann@example.org>\nTo: bob@example.net\n";

    final SimTime time = new SimTime();
    final List<Mail> mail = new CopyOnWriteArrayList<>();
    final Path directory;
    final PickupDirectory pickup;
    Optional<Reply> refusal = Optional.empty();
    String stubborn = ""; // whose mail is not accepted for now
    int asked;
    Runnable whileRead = () -> {};

    /// What was accepted.
    record Mail(QueueId id, String client, Envelope envelope, String text) {
        String header() { return text.substring(0, text.indexOf("\r\n\r\n") + 2); }

        String body() { return text.substring(text.indexOf("\r\n\r\n") + 4); }

        String from() { return envelope.sender().toString(); }

        List<String> to() { return envelope.recipients().stream().map(one -> one.address().toString()).toList(); }
    }

    Dropbox(Path home) throws IOException { this(home, terms -> terms); }

    Dropbox(Path home, UnaryOperator<PickupTerms> changed) throws IOException {
        directory = Files.createDirectories(home.resolve("pickup"));
        pickup = another(changed);
    }

    /// One more engine on the same directory.
    PickupDirectory another(UnaryOperator<PickupTerms> changed) {
        return PickupDirectory.of(changed.apply(new PickupTerms(directory, PickupTerms.HEADER_OCTETS,
                PickupTerms.RECIPIENTS, PickupTerms.MESSAGES_A_MINUTE, "relay.example.org", 4 << 20)), this::take,
                id -> mail.stream().anyMatch(one -> one.id().equals(id)), time);
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        asked++;
        if (!stubborn.isEmpty() && envelope.recipients().getFirst().address().localPart().equals(stubborn))
            return new MessageSink.Answer.Refused(Reply.of(451, "4.3.5 a rule names a connector that is gone"));
        if (refusal.isPresent()) return new MessageSink.Answer.Refused(refusal.get());
        whileRead.run();
        try (var in = content.open()) {
            byte[] octets = in.readAllBytes();
            assertEquals(content.size(), octets.length);
            mail.add(new Mail(id, client, envelope, new String(octets, StandardCharsets.UTF_8)));
        } catch (IOException broken) {
            return new MessageSink.Answer.Refused(Reply.of(452, "4.3.1 not kept: " + broken.getMessage()));
        }
        return new MessageSink.Answer.Accepted(id);
    }

    Path drop(String name, String text) throws IOException { return drop(name, text.getBytes(StandardCharsets.UTF_8)); }

    Path drop(String name, byte[] octets) throws IOException { return Files.write(directory.resolve(name), octets); }

    /// Two looks, after which all that lies there has been looked at, and stays the same.
    void look() throws IOException {
        pickup.look();
        pickup.look();
    }

    /// What came of one text.
    Mail mailOf(String text) throws IOException {
        drop("one.eml", text);
        look();
        assertEquals(List.of(), names(), () -> reasons());
        return mail.removeLast();
    }

    /// Why a text was set aside.
    String reasonOf(byte[] octets) throws IOException {
        int before = mail.size();
        drop("one.eml", octets);
        look();
        assertEquals(List.of("one.bad", "one.bad.txt"), names());
        assertEquals(before, mail.size());
        String reason = Files.readString(directory.resolve("one.bad.txt"));
        Files.delete(directory.resolve("one.bad"));
        Files.delete(directory.resolve("one.bad.txt"));
        return reason;
    }

    /// What lies there for all to see.
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return List.copyOf(new TreeSet<>(files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".")).toList()));
        }
    }

    /// Claimed and still there.
    List<String> claimed() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(".sternpost"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".tmp")).toList();
        }
    }

    private String reasons() {
        try (Stream<Path> files = Files.list(directory)) {
            var said = new StringBuilder();
            for (Path file : files.filter(one -> one.toString().endsWith(".txt")).toList())
                said.append(Files.readString(file));
            return said + " " + pickup.troubles();
        } catch (IOException broken) {
            return broken.toString();
        }
    }
}
