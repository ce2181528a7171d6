package org.sternpost.engine.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A real mail server that keeps what it accepts, one file a message.
public interface Receiver extends AutoCloseable {

    /// One mail host of a receiver.
    ///
    /// @param pem      its key and chain
    /// @param chunking it offers CHUNKING, as it comes
    record Listener(InetSocketAddress address, RealHost.Offer offer, Path pem, boolean chunking) {

        Listener(InetSocketAddress address, RealHost.Offer offer, Path pem) { this(address, offer, pem, true); }

        String ip() { return address.getAddress().getHostAddress(); }

        int port() { return address.getPort(); }

        boolean starttls() { return offer != RealHost.Offer.CLEAR; }

        boolean old() { return starttls() && offer != RealHost.Offer.TLS13; }
    }

    /// `postfix`; also the label of its domains.
    String name();

    /// The folder with its messages.
    Path mail();

    /// A message that the server has kept.
    ///
    /// @param tls the version that the server's own Received field names; empty for plain text
    record Kept(String text, Optional<String> tls) {

        private static final Pattern TLS = Pattern.compile("\\((?:using )?(TLS[v.0-9]+)"); // TLSv1.3, or TLS1.3

        static Kept of(String text) {
            int end = text.indexOf("\n\n");
            String head = end < 0 ? text : text.substring(0, end);
            int received = head.indexOf("Received: ");
            int next = head.indexOf("\nReceived: ", received); // the server's own field is the first
            var found = TLS.matcher(head.substring(Math.max(0, received), next < 0 ? head.length() : next));
            return new Kept(text, found.find() ? Optional.of(found.group(1)) : Optional.empty());
        }
    }

    @Override
    void close();

    /// The field by which a message is found again.
    String FIELD = "X-Case";

    /// The message with this value of the field.
    default Optional<Kept> find(String value) {
        try (Stream<Path> files = Files.list(mail())) {
            // Only what has arrived is looked at: files still being written vanish from their folder at any moment.
            return files.map(file -> file.endsWith("new") ? file : file.resolve("new")).filter(Files::isDirectory)
                    .flatMap(Receiver::arrived).map(Receiver::read)
                    .filter(text -> text.contains("\n" + FIELD + ": " + value + "\n")).findFirst().map(Kept::of);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<Path> arrived(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace("\r\n", "\n");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
