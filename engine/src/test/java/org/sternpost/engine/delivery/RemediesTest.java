package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason.Owner;

/// What a host says no to has somebody who can end it, and is told so wherever the outcome is.
class RemediesTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();
    private static final Requirement BY_MX = new Requirement(HOST, new TlsVerdict.None(), TlsSettings.None, "");
    private static final Requirement BY_SMART_HOST = Requirement.of(smartHost(), HOST, new TlsVerdict.None());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Recipient | 550 | 5.1.1 no such user     | SENDER    | Check the address for a slip
            Recipient | 550 | no such user           | RECIPIENT | Let mx.example.org take this mail
            Recipient | 452 | 4.2.2 mailbox full     | RECIPIENT | mailbox of the recipient
            Recipient | 451 | 4.3.0 later            | RECIPIENT | Nothing if it passes by itself
            Recipient | 450 | 4.7.1 greylisted       | RECIPIENT | Nothing if it passes by itself
            Recipient | 550 | 5.7.1 blocked          | RECIPIENT | its reply says why
            Mail      | 550 | 5.1.8 bad sender       | SENDER    | Send from an address
            Mail      | 552 | 5.3.4 too big          | SENDER    | Send a smaller message
            Content   | 554 | 5.6.0 form             | SENDER    | in a form that mx.example.org takes
            Content   | 250 | 2.0.0 taken            | DELIVERED | -
            Recipient | 354 | go on                  | RECIPIENT | Repair or update the mail server
            """)
    void aReplyThatDoesNotTakeTheMailHasAnOwnerAndARemedy(Stage stage, int code, String text, String owner,
            String words) {
        Outcome outcome = FailurePolicy.answer(new Answer.Said(stage, Reply.of(code, text)), BY_MX, "192.0.2.1:25",
                Level.Encrypted, "", Optional.empty(), true);
        assertEquals(owner, outcome.remedy().map(cure -> cure.owner().name()).orElse("DELIVERED"));
        if (outcome.remedy().isEmpty()) return;
        assertTrue(outcome.remedy().get().words().contains(words), outcome.status().text());
        assertTrue(
                outcome.status().text().startsWith(outcome.code() + " mx.example.org said '" + code + " " + text + "'")
                        && outcome.status().text().contains("; must be fixed by "),
                outcome.status().text());
    }

    @Test
    void anAddressThatNoMailCanGoToIsTheSendersAndABrokenRouteThePostmasters() {
        assertEquals(Optional.of(Owner.SENDER), owner("5.1.2"));
        assertEquals(Optional.of(Owner.SENDER), owner("5.1.10"));
        assertEquals(Optional.of(Owner.RECIPIENT), owner("5.4.4"));
        assertEquals(Optional.of(Owner.RECIPIENT), owner("5.4.6"));
    }

    /// Address, mailbox, size and form are what they are, whoever passes on the word; the rest is between the smart
    /// host and whoever chose it, and no business of the recipient's.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Recipient | 550 | 5.1.1 no such user      | SENDER
            Recipient | 452 | 4.2.2 mailbox full      | RECIPIENT
            Mail      | 552 | 5.3.4 too big           | SENDER
            Content   | 554 | 5.6.0 form              | SENDER
            Recipient | 550 | no such user            | SMART_HOST
            Mail      | 530 | 5.7.0 log in first      | SMART_HOST
            Recipient | 554 | 5.7.1 relaying denied   | SMART_HOST
            Recipient | 451 | 4.3.0 later             | SMART_HOST
            Recipient | 354 | go on                   | SMART_HOST
            """)
    void aSmartHostThatSaysNoIsForWhoeverChoseIt(Stage stage, int code, String text, Owner owner) {
        Outcome outcome = FailurePolicy.answer(new Answer.Said(stage, Reply.of(code, text)), BY_SMART_HOST,
                "192.0.2.1:25", Level.Encrypted, "", Optional.empty(), true);
        assertEquals(owner, outcome.remedy().orElseThrow().owner());
    }

    @Test
    void troubleWithASmartHostIsForWhoeverChoseIt() {
        var peer = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25);
        var said = List.<Function<Requirement, FailurePolicy.Said>>of(
                asked -> FailurePolicy.unwilling(asked, Stage.Banner, Reply.of(554, "5.7.1 not you")),
                asked -> FailurePolicy.busy(asked, peer),
                asked -> FailurePolicy.resting(asked, peer, Instant.EPOCH, Instant.EPOCH, Optional.empty()),
                FailurePolicy::outOfTime);
        for (var what : said) {
            assertEquals(Owner.SMART_HOST, what.apply(BY_SMART_HOST).remedy().owner(), what.apply(BY_MX).sentence());
            assertEquals(Owner.RECIPIENT, what.apply(BY_MX).remedy().owner(), what.apply(BY_MX).sentence());
        }
    }

    @Test
    void whatASmartHostFailsAtInTlsIsForWhoeverChoseItAndOurOwnTroubleStaysOurs() {
        var broken = new ConnectResult.Broken(FailureMessages.handshake(HOST, "alert"), LOCAL);
        var ours = new ConnectResult.Broken(FailureMessages.ownLimit(HOST, "too long"), LOCAL);
        var clear = new ConnectResult.InClear(Optional.empty(), Set.of(), LOCAL);
        var dane = BY_SMART_HOST.with(new TlsVerdict.Encrypted());
        for (var seen : List.of(broken, clear))
            assertEquals(Owner.SMART_HOST, owner(dane, seen));
        assertEquals(Owner.SMART_HOST, FailurePolicy.fault(BY_SMART_HOST, broken).orElseThrow().owner());
        assertEquals(Owner.OURS, owner(dane, ours));
        assertEquals(Owner.RECIPIENT, owner(BY_MX.with(new TlsVerdict.Encrypted()), clear));
    }

    @Test
    void aSmartHostWithoutAddressIsCorrectedInTheConnector() {
        assertTrue(Remedies.of(BY_SMART_HOST).noAddress().words().contains("in SmartHosts of the connector"));
        assertTrue(Remedies.of(BY_MX).noAddress().words().contains("in the MX records"));
    }

    private static Owner owner(Requirement asked, ConnectResult seen) {
        return ((Proof.Refused) FailurePolicy.proof(asked, seen, false)).why().owner();
    }

    private static OutboundConnector smartHost() {
        return Connectors.fresh("relay", List.of(DomainPattern.of("*")), Instant.EPOCH)
                .withRoute(new Route(false, List.of(HostPort.of(HOST.ascii()))));
    }

    private static Optional<Owner> owner(String code) {
        return FailurePolicy.impossible(new JudgedRoute.Impossible(code, "why")).remedy().map(cure -> cure.owner());
    }
}
