package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.Answer;
import org.sternpost.engine.smtp.client.Stage;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Reason.Owner;

/// What a host says no to has somebody who can end it, and is told so wherever the outcome is.
class RemediesTest {

    private static final Domain HOST = Domain.of("mx.example.org");

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
        Outcome outcome = FailurePolicy.answer(new Answer.Said(stage, Reply.of(code, text)), HOST, "192.0.2.1:25",
                Level.Encrypted, "", Optional.empty(), true);
        assertEquals(owner, outcome.remedy().map(cure -> cure.owner().name()).orElse("DELIVERED"));
        if (outcome.remedy().isEmpty()) return;
        assertTrue(outcome.remedy().get().words().contains(words), outcome.text());
        assertTrue(outcome.text().startsWith(outcome.code() + " mx.example.org said '" + code + " " + text + "'")
                && outcome.text().contains("; must be fixed by "), outcome.text());
    }

    @Test
    void anAddressThatNoMailCanGoToIsTheSendersAndABrokenRouteThePostmasters() {
        assertEquals(Optional.of(Owner.SENDER), owner("5.1.2"));
        assertEquals(Optional.of(Owner.SENDER), owner("5.1.10"));
        assertEquals(Optional.of(Owner.RECIPIENT), owner("5.4.4"));
        assertEquals(Optional.of(Owner.RECIPIENT), owner("5.4.6"));
    }

    private static Optional<Owner> owner(String code) {
        return FailurePolicy.impossible(new JudgedRoute.Impossible(code, "why")).remedy().map(cure -> cure.owner());
    }
}
