package org.sternpost.engine.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;
import org.sternpost.engine.net.ConnectionWords;
import org.sternpost.engine.net.ForwardSecrecy;
import org.sternpost.engine.tls.ClientTrust.ChainWitness;
import org.sternpost.engine.tls.KeyExchange.TappedSocket;
import org.sternpost.engine.tls.ResumableSessions.Policy;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.FailureMessages;

/// Turns a plain connection into a TLS session. What the session proves is asked of [SessionProofs] afterwards.
///
/// A session is resumed only where the caller says what must be equal for that ([ResumableSessions]). A resumed one
/// shows no certificate: what the peer showed when it began is proven again, by the records and the clock of now.
public final class Handshake {

    private static final int CHAIN_MAX = 20; // certificates kept of what a peer sends
    private static final String LIMIT = "exceeds the maximum allowed"; // as Java says it
    private static final int NAMES_MAX = 200; // names kept of each; all of them are matched
    private static final String[] FEW_GROUPS = {"secp256r1", "x25519", "secp384r1", "secp521r1", "ffdhe2048"};
    private static final String TOLD = "told"; // kept with a session: before TLS 1.3 a resumed one has no exchange

    /// What became of the handshake.
    public sealed interface Result {

        /// The session stands, whatever its certificate is worth.
        ///
        /// @param below     the connection of the TLS, which knows what it took ahead: [Socket#close] never waits
        /// @param unresumed to be run where the peer breaks off now: what it did not like is not offered again
        record Secured(SSLSocket socket, Socket below, SessionProofs proofs, Runnable unresumed) implements Result {}

        /// There is no session; the connection is of no further use.
        ///
        /// @param again what may fare better
        record Broken(Failure why, Again again) implements Result {
            public Broken(Failure why) { this(why, Again.No); }
        }
    }

    /// How a handshake that broke may be tried once more.
    public enum Again {
        /// It would come to the same.
        No,
        /// As it was, but with nothing to resume: a host should shake hands anew where it does not resume, and some
        /// break off.
        Unresumed,
        /// With [Offer#Wide].
        Wider
    }

    /// What a handshake offers.
    public enum Offer {
        /// What is good: forward secrecy, and the host's name.
        Usual,
        /// What may help a host that ended the usual one: RSA key exchange too, few groups, and no name.
        Wide
    }

    private final Prover prover;
    private final ResumableSessions resumable;

    public Handshake(Prover prover) {
        this.prover = prover;
        this.resumable = new ResumableSessions(prover.time());
    }

    /// A whole handshake over `plain`, which the peer has just answered `220` to STARTTLS on.
    public Result over(Socket plain, Requirement asked, Duration patience) {
        return over(plain, asked, patience, Offer.Usual, Optional.empty());
    }

    /// The same with what is to be offered.
    ///
    /// @param patience for each answer of the peer; the whole is bounded by whoever may close the connection
    /// @param terms what must be equal, beside peer and requirement, to resume a session of before; empty for none
    public Result over(Socket plain, Requirement asked, Duration patience, Offer offer, Optional<Object> terms) {
        Optional<Policy> policy = offer == Offer.Wide
                ? Optional.empty()
                : terms.map(
                        equal -> Policy.of(new InetSocketAddress(plain.getInetAddress(), plain.getPort()), asked,
                                equal));
        SSLContext context = policy.map(resumable::context).orElseGet(ResumableSessions::fresh);
        Runnable unresumed = () -> policy.ifPresent(one -> resumable.forget(one, context));
        boolean resumes = context.getClientSessionContext().getIds().hasMoreElements();
        try {
            var tapped = new TappedSocket(plain);
            var socket = layered(tapped, asked, context, offer);
            socket.setSoTimeout((int) patience.toMillis());
            List<X509Certificate> shown = ChainWitness.of(() -> OddCertificates.acceptMalformed(() -> {
                socket.startHandshake();
                return null;
            }));
            boolean resumed = shown.isEmpty();
            var chain = resumed ? kept(socket.getSession()) : shown;
            var pkix = prover.pkix(asked.host(), chain);
            var facts = facts(socket, told(socket.getSession(), tapped.heard()), asked.sni(), resumed, chain,
                    pkix.anchored());
            return new Result.Secured(socket, tapped, new SessionProofs(facts, pkix.words(),
                    requirement -> prover.prove(requirement, facts.protocol(), chain)), unresumed);
        } catch (SocketTimeoutException slow) {
            return new Result.Broken(FailureMessages.handshake(asked.host(),
                    "the host did not finish it within " + patience.toSeconds() + " s"));
        } catch (IOException broken) {
            unresumed.run();
            // A host that dislikes what it is offered says so by an alert, or just hangs up.
            return new Result.Broken(failure(asked, broken, offer), resumes ? Again.Unresumed : Again.Wider);
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

    private static SSLSocket layered(Socket plain, Requirement asked, SSLContext context, Offer offer)
            throws IOException {
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
    }

    /// What the peer showed when the session that is resumed began.
    private static List<X509Certificate> kept(SSLSession session) {
        try {
            return Stream.of(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    /// Of the exchange that was heard; where there was none, of the one in which the session began.
    private static KeyExchange.Told told(SSLSession session, byte[] heard) {
        KeyExchange.Told told = KeyExchange.told(heard);
        if (!told.group().equals(KeyExchange.UNKNOWN)) session.putValue(TOLD, told);
        return session.getValue(TOLD) instanceof KeyExchange.Told first ? first : told;
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

    private static boolean isAddress(String name) {
        return name.contains(":") || !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    private static SessionFacts facts(SSLSocket socket, KeyExchange.Told told, String sni, boolean resumed,
            List<X509Certificate> chain, boolean anchored) throws IOException {
        var session = socket.getSession();
        var shown = new ArrayList<SessionFacts.CertificateFacts>();
        for (var one : chain.subList(0, Math.min(chain.size(), CHAIN_MAX)))
            shown.add(certificate(one));
        String signature = chain.isEmpty()
                ? KeyExchange.UNKNOWN
                : ShownKey.scheme(told.signature(), session.getProtocol(), chain.getFirst().getPublicKey());
        return new SessionFacts(session.getProtocol(), session.getCipherSuite(), told.group(), sni, resumed,
                List.copyOf(shown), new SessionFacts.Authenticity(signature, anchored));
    }

    private static SessionFacts.CertificateFacts certificate(X509Certificate one) throws IOException {
        try {
            Certificate read = Certificate.of(one.getEncoded());
            return new SessionFacts.CertificateFacts(read.subject(), read.issuer(),
                    CertificateNames.withCommonNames(read).stream().limit(NAMES_MAX).toList(),
                    one.getNotBefore().toInstant(),
                    one.getNotAfter().toInstant(), sha256(one.getEncoded()), sha256(one.getPublicKey().getEncoded()),
                    ShownKey.of(one));
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("a certificate cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String sha256(byte[] octets) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }
}
