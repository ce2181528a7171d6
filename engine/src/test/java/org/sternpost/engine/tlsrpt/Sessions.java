package org.sternpost.engine.tlsrpt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.Reason;

/// Evidence for these tests, piece by piece; good TLS without any policy to begin with.
record Sessions(TlsValidation mode, int pass, List<Judged> tlsa, Optional<String> sts, List<Reason> notes,
        Optional<Reason> refusal, Level achieved, Optional<Reason> stsRefusal, Instant at,
        Optional<InetSocketAddress> address) {

    static final Domain RECIPIENT = new Domain("example.org");
    static final String RECORD = "3 1 1 0123";
    private static final Instant AT = Instant.parse("2026-11-23T23:59:59Z");

    static Sessions good() {
        return new Sessions(TlsValidation.Enabled, 1, List.of(), Optional.empty(), List.of(), Optional.empty(),
                Level.Encrypted, Optional.empty(), AT, Optional.of(new InetSocketAddress("192.0.2.1", 25)));
    }

    Sessions mode(TlsValidation other) {
        return new Sessions(other, pass, tlsa, sts, notes, refusal, achieved, stsRefusal, at, address);
    }

    Sessions pass(int other) {
        return new Sessions(mode, other, tlsa, sts, notes, refusal, achieved, stsRefusal, at, address);
    }

    Sessions tlsa(String... records) {
        return facts(Stream.of(records).map(record -> new Judged(Tlsa.of(record), Optional.empty())).toList());
    }

    /// Besides the records it has.
    Sessions unusableTlsa() {
        return facts(Stream.concat(tlsa.stream(), Stream.of(new Judged(Tlsa.of("1 1 1 0123"), Optional.of("usage 1"))))
                .toList());
    }

    private Sessions facts(List<Judged> records) {
        return new Sessions(mode, pass, records, sts, notes, refusal, Level.Dane, stsRefusal, at, address);
    }

    Sessions sts(String stsMode) {
        return new Sessions(mode, pass, tlsa, Optional.of(stsMode), notes, refusal, achieved, stsRefusal, at, address);
    }

    Sessions note(Reason reason) {
        return new Sessions(mode, pass, tlsa, sts, List.of(reason), refusal, achieved, stsRefusal, at, address);
    }

    Sessions refused(Reason reason) {
        return new Sessions(mode, pass, tlsa, sts, notes, Optional.of(reason), Level.None, stsRefusal, at, address);
    }

    Sessions achieved(Level level) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, level, stsRefusal, at, address);
    }

    /// What MTA-STS by itself has against the certificate.
    Sessions stsFails(Reason reason) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, achieved, Optional.of(reason), at, address);
    }

    Sessions at(String instant) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, achieved, stsRefusal, Instant.parse(instant),
                address);
    }

    Sessions notDialled() {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, Level.None, stsRefusal, at, Optional.empty());
    }

    HostEvidence evidence() {
        var host = new Domain("mx1.example.org");
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure,
                tlsa.isEmpty() ? Optional.empty() : Optional.of(host), DnsStatus.Secure,
                tlsa, "", "",
                sts.map(word -> new HostFacts.StsFacts(new Domain("example.org"), "1", Policy.Mode.of(word),
                        AT.minusSeconds(60),
                        List.of(MxPattern.of("*.example.org")),
                        OptionalLong.of(86_400))),
                notes.stream().map(Sessions::failure).toList());
        boolean tls = achieved.compareTo(Level.Encrypted) >= 0;
        var leaf = new SessionFacts.CertificateFacts("", "", List.of("mx1.example.org"), AT.minusSeconds(86_400),
                AT.plusSeconds(86_400), "", "");
        Optional<SessionFacts> session = tls
                ? Optional.of(new SessionFacts("TLSv1.3", "", "", "", List.of(leaf)))
                : Optional.empty();
        Optional<Failure> why = refusal.map(Sessions::failure);
        ModeVerdict verdict = why.<ModeVerdict>map(ModeVerdict.Refuses::new).orElseGet(ModeVerdict.Passes::new);
        return new HostEvidence(new HostEvidence.Attempt(at, "internet", 1, mode, pass, RECIPIENT),
                new HostEvidence.Host(host, address, 10, facts),
                new HostEvidence.Session(session, "", achieved, Level.None),
                new HostEvidence.Findings(new Finding.NotJudged(""), stsFinding()),
                new HostEvidence.Modes(new ModeVerdict.Passes(), verdict, verdict),
                new HostEvidence.Result(why.isEmpty(), ""));
    }

    private Finding stsFinding() {
        Stream<Reason> unlisted = Stream.concat(notes.stream(), refusal.stream())
                .filter(reason -> reason == Reason.STS_MX_MISMATCH);
        Optional<Reason> against = Stream.concat(unlisted, stsRefusal.stream()).findFirst();
        if (sts.isEmpty() || against.isEmpty() && address.isEmpty()) return new Finding.NotJudged("");
        if (against.isEmpty() && achieved.compareTo(Level.Encrypted) < 0)
            against = refusal.or(() -> Optional.of(Reason.STARTTLS_NOT_SUPPORTED));
        return against.<Finding>map(reason -> new Finding.Fails(failure(reason)))
                .orElseGet(() -> new Finding.Holds("the certificate"));
    }

    TlsSession opening() {
        return new TlsSession(evidence(), Optional.of(InetAddress.ofLiteral("198.51.100.7")), Optional.empty());
    }

    static QueuedMessage message(String client) {
        return new QueuedMessage(new QueueId("0123456789ABCDEF"), AT, AT, new ReversePath.Mailbox(
                Address.of("a@sender.example")), MailParameters.NONE, new QueuedMessage.About(client, "", "", 1));
    }

    private static Failure failure(Reason reason) { return new Failure(reason, reason.token() + " seen.", ""); }
}
