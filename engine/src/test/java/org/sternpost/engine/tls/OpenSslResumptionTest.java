package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Resumption with a peer that is not Java's: `openssl s_server`, as the machine has it.
class OpenSslResumptionTest {

    private static final Domain HOST = Domain.of("mx.example.org");

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity identity = ca.good(HOST.ascii());
    private final Handshake handshake = new Handshake(new Prover(ca.anchors(), time));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"-tls1_3, true", "-tls1_2, true", "-tls1_2 -no_ticket, true", "-tls1_2 -no_ticket -no_cache, false",
            "-tls1_3 -num_tickets 0, false", "-tls1_3 -num_tickets 5, true"})
    void sessionsAreResumedWhereThePeerDoesAndProvenEachTime(String options, boolean resumes) throws Exception {
        var server = server(options);
        try {
            var requirement = new Requirement(HOST, new TlsVerdict.Dane(List.of(identity.tlsa()), HOST, List.of(HOST)),
                    TlsSettings.None, "");
            var resumed = new ArrayList<Boolean>();
            for (int i = 0; i < 3; i++) {
                var proofs = meet(server.port(), requirement);
                assertInstanceOf(Proof.Proven.class, proofs.of(requirement));
                assertEquals(2, proofs.facts().chain().size());
                resumed.add(proofs.facts().resumed());
            }
            assertEquals(List.of(false, resumes, resumes), resumed);
        } finally {
            server.process().destroy();
            server.process().waitFor();
        }
    }

    private SessionProofs meet(int port, Requirement asked) throws Exception {
        try (var plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            var secured = assertInstanceOf(Handshake.Result.Secured.class,
                    handshake.over(plain, asked, Patience.UNMET, Handshake.Offer.Usual, Optional.of("same")));
            try (var socket = secured.socket()) {
                // What it says of later sessions comes with the first octets of this one.
                socket.getOutputStream().write("abc\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals("cba", new BufferedReader(new InputStreamReader(socket.getInputStream(),
                        StandardCharsets.US_ASCII)).readLine());
            }
            return secured.proofs();
        }
    }

    private record Server(Process process, int port) {}

    private Server server(String options) throws Exception {
        Path chain = pem("chain.pem", identity.chain().stream().limit(1).map(OpenSslResumptionTest::block));
        Path issuers = pem("issuers.pem", identity.chain().stream().skip(1).map(OpenSslResumptionTest::block));
        Path key = pem("key.pem", Stream.of(block("PRIVATE KEY", identity.pair().getPrivate().getEncoded())));
        var command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                chain.toString(), "-cert_chain", issuers.toString(), "-key", key.toString(), "-rev"));
        command.addAll(List.of(options.split(" ")));
        Process process = started(command);
        var said = process.inputReader();
        String line = said.readLine();
        while (line != null && !line.startsWith("ACCEPT "))
            line = said.readLine();
        if (line == null) throw new AssertionError("openssl ended with " + process.waitFor());
        return new Server(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    private static Process started(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            return abort(missing.getMessage());
        }
    }

    private Path pem(String name, Stream<String> blocks) throws IOException {
        return Files.write(directory.resolve(name), blocks.toList());
    }

    private static String block(X509Certificate one) {
        try {
            return block("CERTIFICATE", one.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String block(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----";
    }
}
