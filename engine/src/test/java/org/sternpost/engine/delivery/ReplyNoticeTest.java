package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What a host says on the wire is what a notification tells, from the socket to the field.
class ReplyNoticeTest {

    private static final Domain MX = Domain.of("mx.example.org");
    private final SimTime time = new SimTime();

    @Test
    void aReplyOfThreeLinesIsOneField() throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", "250 x").says("RCPT",
                "550-5.1.1 no such user here\r\n550-5.1.1 see https://example.org/" + "x".repeat(60)
                        + "\r\n550 5.1.1 ask the postmaster")) {
            var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure,
                    List.of(), "", "", Optional.empty(), List.of());
            Judge judge = (_, _, _) -> new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(MX, 10,
                    host.port(), List.of(InetAddress.ofLiteral("127.0.0.1")), "", new TlsVerdict.None(),
                    new TlsVerdict.None(), facts)), List.of());
            var mail = new Cargo(time).mail(
                    Cargo.connector(time, "c", TlsValidation.Disabled, TlsSettings.None, 1), "example.org",
                    true);
            var done = new Cargo(time).carry(judge, new Certificates(time.instant()).anchors(), mail).getFirst();
            var told = new Told(mail.recipients().getFirst(), done.outcomes().get(0), Optional.empty());
            var made = new DsnWriter("relay.example", _ -> false, Doors::notice, time).failed(mail.message(),
                    mail.body(), List.of(told)).orElseThrow();
            String notice = new String(Doors.octets(made), StandardCharsets.US_ASCII);
            var fields = notice.replaceAll("\r\n(?=[ \t])", "").lines()
                    .filter(line -> line.startsWith("Diagnostic-Code:")).toList();
            assertEquals(List.of("Diagnostic-Code: smtp; 550 5.1.1 no such user here 5.1.1 see https://example.org/"
                    + "x".repeat(60) + " 5.1.1 ask the postmaster"), fields);
        }
    }
}
