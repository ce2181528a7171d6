package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Whether a recipient that a host did not take was one too many.
class TransferTest {

    /// `others` were accepted before it; `alone` it was in its transaction.
    @ParameterizedTest
    @CsvSource(textBlock = """
            552, 5.5.3 Too many recipients, true,  false, true
            552, 5.5.3 Too many recipients, false, true,  true
            452, 4.5.3 Too many recipients, true,  false, true
            550, 5.5.3 Too many recipients, true,  false, true
            552, Too many recipients,       true,  false, true
            452, Too many recipients,       true,  false, true
            552, Mailbox full,              true,  true,  false
            552, Mailbox full,              false, false, false
            552, 5.2.2 Mailbox full,        true,  false, false
            552, 5.3.4 Message too large,   true,  false, false
            452, 4.2.2 Mailbox full,        true,  false, false
            550, No such user,              true,  false, false
            """)
    void whatARefusedRecipientComesTo(int code, String text, boolean others, boolean alone, boolean tooMany) {
        var said = new Answer.Said(Stage.Recipient, Reply.of(code, text));
        assertEquals(tooMany, FailurePolicy.tooMany(said, others, alone));
        // Such a recipient is never returned for it.
        var asked = new Requirement(Domain.of("mx.example.org"), new TlsVerdict.None(), TlsSettings.None, "");
        if (tooMany) assertEquals("4.5.3", FailurePolicy.tooMany(asked, said).code());
    }
}
