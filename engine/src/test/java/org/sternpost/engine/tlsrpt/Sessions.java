package org.sternpost.engine.tlsrpt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Opening;
import org.sternpost.engine.evidence.Finding;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionFacts;
import org.sternpost.engine.trust.DnsStatus;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// Evidence for these tests, piece by piece; good TLS without any policy to begin with.
record Sessions(TlsValidation mode, int pass, List<String> tlsa, Optional<String> sts, List<Reason> notes,
        Optional<Reason> refusal, Level achieved, String pkix, Instant at, String address) {

    static final Domain RECIPIENT = new Domain("example.org");
    static final String RECORD = "3 1 1 0123";
    private static final Instant AT = Instant.parse("2026-11-23T23:59:59Z");

    static Sessions good() {
        return new Sessions(TlsValidation.Enabled, 1, List.of(), Optional.empty(), List.of(), Optional.empty(),
                Level.Encrypted, "valid", AT, "192.0.2.1:25");
    }

    Sessions mode(TlsValidation other) {
        return new Sessions(other, pass, tlsa, sts, notes, refusal, achieved, pkix, at, address);
    }

    Sessions pass(int other) {
        return new Sessions(mode, other, tlsa, sts, notes, refusal, achieved, pkix, at, address);
    }

    Sessions tlsa(String... records) {
        return new Sessions(mode, pass, List.of(records), sts, notes, refusal, Level.Dane, pkix, at, address);
    }

    Sessions sts(String stsMode) {
        return new Sessions(mode, pass, tlsa, Optional.of(stsMode), notes, refusal, achieved, pkix, at, address);
    }

    Sessions note(Reason reason) {
        return new Sessions(mode, pass, tlsa, sts, List.of(reason), refusal, achieved, pkix, at, address);
    }

    Sessions refused(Reason reason) {
        return new Sessions(mode, pass, tlsa, sts, notes, Optional.of(reason), Level.None, pkix, at, address);
    }

    Sessions achieved(Level level) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, level, pkix, at, address);
    }

    Sessions pkix(String words) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, achieved, words, at, address);
    }

    Sessions at(String instant) {
        return new Sessions(mode, pass, tlsa, sts, notes, refusal, achieved, pkix, Instant.parse(instant), address);
    }

    Sessions notDialled() { return new Sessions(mode, pass, tlsa, sts, notes, refusal, Level.None, "", at, ""); }

    HostEvidence evidence() {
        var host = new Domain("mx1.example.org");
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure,
                tlsa.isEmpty() ? Optional.empty() : Optional.of("mx1.example.org"), DnsStatus.Secure, tlsa, "", "",
                sts.map(word -> new HostFacts.StsFacts("example.org", "1", word, AT.minusSeconds(60),
                        List.of("*.example.org"),
                        OptionalLong.of(86_400))),
                notes.stream().map(Sessions::failure).toList());
        boolean tls = achieved.compareTo(Level.Encrypted) >= 0;
        var leaf = new SessionFacts.CertificateFacts("", "", List.of("mx1.example.org"), AT.minusSeconds(86_400),
                AT.plusSeconds(86_400), "", "");
        Optional<SessionFacts> session = tls
                ? Optional.of(new SessionFacts("TLSv1.3", "", "", "", List.of(leaf)))
                : Optional.empty();
        Optional<Failure> why = refusal.map(Sessions::failure);
        return new HostEvidence(at, "internet", 1, mode, pass, RECIPIENT, host, address, 10, facts, session,
                pkix, new Finding.NotJudged(""), new Finding.NotJudged(""), achieved, Level.None, Optional.empty(), why,
                why, why.isEmpty(), "");
    }

    Opening opening() { return new Opening(evidence(), "198.51.100.7", Optional.empty()); }

    static QueuedMessage message(String client) {
        return new QueuedMessage(new QueueId("0123456789ABCDEF"), AT, AT, new ReversePath.Mailbox(
                Address.of("a@sender.example")), "", "", 1, client, false, false, "", false);
    }

    private static Failure failure(Reason reason) { return new Failure(reason, reason.token() + " seen.", ""); }
}
