package org.sternpost.engine.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;
import org.sternpost.engine.net.ConnectionWords;
import org.sternpost.engine.net.ForwardSecrecy;
import org.sternpost.engine.tls.ClientTrust.ChainWitness;
import org.sternpost.engine.tls.KeyExchange.TappedSocket;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.FailureMessages;

/// Turns a plain connection into a TLS session. What the session proves is asked of [SessionProofs] afterwards.
///
/// One `SSLContext` per connection: a shared one would resume sessions, and a resumed session shows no certificate.
public final class Handshake {

    private static final int CHAIN_MAX = 20; // certificates kept of what a peer sends
    private static final String LIMIT = "exceeds the maximum allowed"; // as Java says it
    private static final int NAMES_MAX = 200; // names kept of each; all of them are matched
    private static final String[] FEW_GROUPS = {"secp256r1", "x25519", "secp384r1", "secp521r1", "ffdhe2048"};
    private static final KeyManager @Nullable [] NO_KEYS = null; // we show no certificate of our own

    /// What became of the handshake.
    public sealed interface Result {

        /// The session stands, whatever its certificate is worth.
        record Secured(SSLSocket socket, SessionProofs proofs) implements Result {}

        /// There is no session; the connection is of no further use.
        ///
        /// @param again other settings may fare better
        record Broken(Failure why, boolean again) implements Result {
            public Broken(Failure why) { this(why, false); }
        }
    }

    /// What a handshake offers.
    public enum Offer {
        /// What is good: forward secrecy, and the host's name.
        Usual,
        /// What may help a host that ended the usual one: RSA key exchange too, few groups, and no name.
        Wide
    }

    private final Prover prover;

    public Handshake(Prover prover) { this.prover = prover; }

    /// Handshakes over `plain`, which the peer has just answered `220` to STARTTLS on.
    public Result over(Socket plain, Requirement asked, Duration patience) {
        return over(plain, asked, patience, Offer.Usual);
    }

    /// The same with what is to be offered.
    public Result over(Socket plain, Requirement asked, Duration patience, Offer offer) {
        var witness = new ChainWitness();
        try {
            var tapped = new TappedSocket(plain);
            var socket = layered(tapped, asked, witness, offer);
            socket.setSoTimeout((int) patience.toMillis());
            OddCertificates.acceptMalformed(() -> {
                socket.startHandshake();
                return null;
            });
            var chain = witness.chain();
            var facts = facts(socket, KeyExchange.group(tapped.heard()), asked.sni(), chain);
            return new Result.Secured(socket, new SessionProofs(facts, prover.pkixWords(asked.host(), chain),
                    requirement -> prover.prove(requirement, facts.protocol(), chain)));
        } catch (SocketTimeoutException slow) {
            return new Result.Broken(FailureMessages.handshake(asked.host(),
                    "the host did not finish it within " + patience.toSeconds() + " s"));
        } catch (IOException broken) {
            // A host that dislikes what it is offered says so by an alert, or just hangs up.
            return new Result.Broken(failure(asked, broken, offer), true);
        } catch (RuntimeException thrown) {
            // A stranger's key or certificate on which the library stumbles: this session is lost, and the fault ours.
            return new Result.Broken(FailureMessages.unjudged(asked.host(), "our TLS library ends with "
                    + thrown.getClass().getSimpleName()));
        }
    }

    /// The failure that a broken session means; in TLS 1.3 an alert may come with the first reply (RFC 8446 §2).
    public Failure failure(Requirement asked, IOException broken) {
        String seen = ConnectionWords.of(broken);
        // What the library refuses by a limit of its own is no fault of the host's.
        boolean ours = String.valueOf(broken.getMessage()).contains(LIMIT);
        return ours ? FailureMessages.ownLimit(asked.host(), seen) : FailureMessages.handshake(asked.host(), seen);
    }

    /// Where this process cannot make the wide offer, nobody knows whether the host would have taken it.
    private Failure failure(Requirement asked, IOException broken, Offer offer) {
        String missing = offer == Offer.Wide ? TlsLimits.missing() : "";
        return missing.isEmpty()
                ? failure(asked, broken)
                : FailureMessages.ownLimit(asked.host(),
                        ConnectionWords.of(broken) + "; something used TLS in this process "
                                + "before the engine started, so it cannot offer " + missing);
    }

    private static SSLSocket layered(Socket plain, Requirement asked, ChainWitness witness, Offer offer)
            throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(NO_KEYS, new TrustManager[]{witness}, null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, asked.sni(), plain.getPort(), true);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(serverNames(asked.sni(), offer));
            if (offer == Offer.Wide) parameters.setNamedGroups(FEW_GROUPS);
            else
                parameters.setCipherSuites(ForwardSecrecy.of(parameters.getCipherSuites()));
            if (asked.authenticates()) parameters.setProtocols(new String[]{"TLSv1.3", "TLSv1.2"}); // RFC 8461 §7.2
            socket.setSSLParameters(parameters);
            socket.setUseClientMode(true);
            return socket;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no TLS", impossible);
        }
    }

    /// The certificate is judged as ever, whichever the host chooses to show.
    private static List<SNIServerName> serverNames(String name, Offer offer) {
        if (isAddress(name) || offer == Offer.Wide) return List.of();
        try {
            return List.of(new SNIHostName(name));
        } catch (IllegalArgumentException unsayable) {
            // RFC 6066 §3: server_name holds a host name, and an underscore makes none; without it TLS is TLS.
            return List.of();
        }
    }

    private static boolean isAddress(String name) { return name.contains(":") || name.matches("[0-9.]+"); }

    private static SessionFacts facts(SSLSocket socket, String group, String sni, List<X509Certificate> chain)
            throws IOException {
        var session = socket.getSession();
        var shown = new ArrayList<SessionFacts.CertificateFacts>();
        for (var one : chain.subList(0, Math.min(chain.size(), CHAIN_MAX)))
            shown.add(certificate(one));
        return new SessionFacts(session.getProtocol(), session.getCipherSuite(), group, sni, List.copyOf(shown));
    }

    private static SessionFacts.CertificateFacts certificate(X509Certificate one) throws IOException {
        try {
            Certificate read = Certificate.of(one.getEncoded());
            return new SessionFacts.CertificateFacts(read.subject(), read.issuer(),
                    CertificateNames.withCommonNames(read).stream().limit(NAMES_MAX).toList(),
                    one.getNotBefore().toInstant(),
                    one.getNotAfter().toInstant(), sha256(one.getEncoded()), sha256(one.getPublicKey().getEncoded()));
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("a certificate cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String sha256(byte[] octets) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }
}
