package org.sternpost.engine.flow;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// Mail, and hosts that it met, without either.
final class FlowWorld {

    static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");
    static final Instant ENDS = Instant.parse("2027-01-01T00:00:00Z");

    TlsValidation mode = TlsValidation.Opportunistic;
    String sender = "a@shop.example";
    String certificate = "c0";
    String issuer = "CN=Some CA";
    String address = "192.0.2.1";
    String protocol = "TLSv1.3";
    String group = "x25519";
    String key = "EC";
    boolean anchored = true;

    private final Random random = new Random(1);

    private record Nothing() implements MessageContent {
        @Override
        public long size() { return 0; }

        @Override
        public InputStream open() { return new ByteArrayInputStream(new byte[0]); }
    }

    /// @param attempts made before this one
    ClaimedDelivery mail(int attempts, String domain) {
        var message = new QueuedMessage(QueueId.fresh(AT, random), AT, AT.plus(Duration.ofDays(2)),
                sender.isEmpty() ? new ReversePath.Null() : new ReversePath.Mailbox(Address.of(sender)),
                MailParameters.NONE,
                new QueuedMessage.About("", "", "", 1_000));
        var connector = Connectors.fresh("Default", List.of(new DomainPattern.All()), AT);
        return Claims.of(message, new Nothing(), connector, mode, new Domain(domain),
                List.of(new QueuedRecipient(0, new Recipient(new Address("a", new Domain(domain)), Set.of(), ""),
                        QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Active, attempts, AT)),
                false);
    }

    static Outcome delivered(Reason... wouldFail) {
        return new Outcome.Delivered("2.0.0", new Reply(250, List.of("ok")), "mx", "", Level.Encrypted, "",
                failure(wouldFail));
    }

    static Outcome deferred(Reason... why) {
        return new Outcome.Deferred("4.7.0", "seen", "mx", failure(why), Optional.empty(),
                Optional.of(new Remedy(Reason.Owner.RECIPIENT, "mend it")));
    }

    private static Optional<Failure> failure(Reason... why) {
        return why.length == 0 ? Optional.empty() : Optional.of(new Failure(why[0], "seen", "mend it"));
    }

    /// A host with TLSA records.
    ///
    /// @param proven by them
    HostEvidence secured(String domain, String host, boolean proven) {
        var leaf = new SessionFacts.CertificateFacts("CN=" + host, issuer, List.of(host), AT, ENDS, certificate, "bb",
                new SessionFacts.Key(key, key.equals("RSA") ? 2048 : 256, "SHA256with" + key));
        var tls = new SessionFacts(protocol, "TLS_AES_128_GCM_SHA256", group, host, false, List.of(leaf),
                new SessionFacts.Authenticity("ecdsa_secp256r1_sha256", anchored));
        Finding dane = proven
                ? new Finding.Holds("it matches")
                : new Finding.Fails(new Failure(Reason.TLSA_INVALID, "another", "mend it"));
        return evidence(domain, host, Optional.of(tls), dane, true);
    }

    /// A host that `Enabled` takes, and `Mandatory` does not.
    HostEvidence unproven(String domain, String host) {
        HostEvidence one = secured(domain, host, false);
        var refuses = one.modes().mandatory();
        return new HostEvidence(one.attempt(), one.host(), one.session(),
                new HostEvidence.Findings(new Finding.NotJudged("none"), new Finding.NotJudged("none")),
                new HostEvidence.Modes(new ModeVerdict.Passes(), new ModeVerdict.Passes(), refuses), one.result());
    }

    /// A host with TLSA records and no STARTTLS.
    HostEvidence inClear(String domain, String host, boolean delivered) {
        return evidence(domain, host, Optional.empty(),
                new Finding.Fails(new Failure(Reason.STARTTLS_NOT_SUPPORTED, "no STARTTLS", "mend it")), delivered);
    }

    private HostEvidence evidence(String domain, String host, Optional<SessionFacts> tls, Finding dane,
            boolean delivered) {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.of(new Domain(host)), DnsStatus.Secure,
                List.of(Judged.of(Tlsa.of("3 1 1 " + "ab".repeat(32)))), "dane", "sts", Optional.empty(), List.of());
        boolean proven = dane instanceof Finding.Holds;
        ModeVerdict verdict = dane instanceof Finding.Fails(var why)
                ? new ModeVerdict.Refuses(why)
                : new ModeVerdict.Passes();
        return new HostEvidence(new HostEvidence.Attempt(AT, "Default", 1, mode, 1, new Domain(domain)),
                new HostEvidence.Host(new Domain(host),
                        Optional.of(new InetSocketAddress(InetAddress.ofLiteral(address), 25)), 10, facts),
                new HostEvidence.Session(tls, tls.isPresent() ? "valid" : "", proven ? Level.Dane : Level.Encrypted,
                        Level.Dane),
                new HostEvidence.Findings(dane, new Finding.NotJudged("none")),
                new HostEvidence.Modes(new ModeVerdict.Passes(), verdict, verdict),
                new HostEvidence.Result(delivered, "250 ok"));
    }
}
