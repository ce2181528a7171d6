package org.sternpost.engine.credential;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.credential.SaslExchange.Step;

/// SCRAM-SHA-256 and PLAIN, by the RFCs' examples and by what hostile clients make of them.
class ScramTest {

    // RFC 7677 §3
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String OURS = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String LAST = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private final ScramKeys keys = ScramKeys.of(heard("pencil"), Base64.getDecoder().decode(SALT), 4_096);
    private final SubmissionUser user = new SubmissionUser("user", keys, true, "", "", Instant.EPOCH, Instant.EPOCH);
    private final List<String> asked = new ArrayList<>();

    private static Password heard(String text) { return Password.heard(octets(text)).orElseThrow(); }

    private static byte[] octets(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private Scram scram() {
        return new Scram(new Scram.Accounts() {
            @Override
            public Scram.KeysOrWait keys(String name) {
                asked.add(name);
                return new Scram.KeysOrWait.Keys(keys);
            }

            @Override
            public Step outcome(String name, boolean fits) {
                return fits && name.equals("user") ? new Step.Proven(user) : new Step.Refused();
            }
        }, OURS);
    }

    @Test
    void theExampleOfTheRfcIsProven() {
        var exchange = scram();
        assertArrayEquals(new byte[0], assertInstanceOf(Step.Challenge.class, exchange.begin()).octets());
        var challenge = assertInstanceOf(Step.Challenge.class, exchange.next(octets(FIRST)));
        assertEquals("r=rOprNGfwEbeRWgbNEkqO" + OURS + ",s=" + SALT + ",i=4096",
                new String(challenge.octets(), StandardCharsets.UTF_8));
        var signed = assertInstanceOf(Step.Challenge.class, exchange.next(octets(LAST)));
        assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                new String(signed.octets(), StandardCharsets.UTF_8));
        assertEquals(user, assertInstanceOf(Step.Proven.class, exchange.next(new byte[0])).user());
    }

    @Test
    void nothingMoreMayFollowOurSignature() {
        var exchange = scram();
        exchange.next(octets(FIRST));
        exchange.next(octets(LAST));
        assertInstanceOf(Step.Malformed.class, exchange.next(octets("x")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            c=biws,r=NONCE,p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=  | Refused
            c=biws,r=NONCEx,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ= | Refused
            c=eSws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=  | Refused
            c=biws,r=NONCE,p=dHzbZapWIk4j                                  | Refused
            c=biws,r=NONCE,p=                                              | Refused
            c=biws,r=NONCE,p=!                                             | Malformed
            c=!,r=NONCE,p=dHzb                                             | Malformed
            c=biws,r=NONCE                                                 | Malformed
            x                                                              | Malformed
            """)
    void aProofThatIsNoneIsRefused(String last, String outcome) {
        var exchange = scram();
        exchange.next(octets(FIRST));
        String said = last.replace("NONCE", "rOprNGfwEbeRWgbNEkqO" + OURS);
        assertEquals(outcome, exchange.next(octets(said)).getClass().getSimpleName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "n,", "n,,", "n,,n=user", "n,,r=x,n=user", "n,,n=,r=x", "n,,n=a=b,r=x",
            "x,,n=a,r=b",
            "n,,m=1,n=a,r=b", "p=tls-unique,,n=a,r=b", "n,b=c,n=a,r=b", "n,,n=a,r=", "n,,n=a,r=b c", "n,,n=a=2,r=b"})
    void aFirstMessageThatIsNoneIsMalformed(String first) {
        assertInstanceOf(Step.Malformed.class, scram().next(octets(first)));
        assertInstanceOf(Step.Malformed.class, scram().next(new byte[]{(byte) 0xff, (byte) 0xfe}));
    }

    @Test
    void whoeverActsForAnotherIsNobody() {
        assertInstanceOf(Step.Challenge.class, scram().next(octets("n,a=admin,n=user,r=x")));
        assertInstanceOf(Step.Challenge.class, scram().next(octets("y,a=us=2Cer,n=us=2Cer,r=x")));
        assertEquals(List.of("", "us,er"), asked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0user0pencil      | user pencil
            user0user0pencil  | user pencil
            USER0user0pencil  | user pencil
            admin0user0pencil | - pencil
            0user0            | Malformed
            00pencil          | Malformed
            user0pencil       | Malformed
            0user0pen0cil     | Malformed
            pencil            | Malformed
            0                 | Malformed
            """)
    void plainIsThreeTexts(String said, String heard) {
        var checked = new ArrayList<String>();
        var plain = new Login.Plain((name, password) -> {
            checked.add((name.isEmpty() ? "-" : name) + " " + new String(password, StandardCharsets.UTF_8));
            return new Step.Refused();
        });
        Step step = plain.next(octets(said.replace('0', '\0')));
        if (heard.equals("Malformed")) assertInstanceOf(Step.Malformed.class, step);
        else
            assertEquals(List.of(heard), checked);
    }

    /// A client may say anything: it is answered, and nothing but the proof itself proves.
    @Test
    void noAlteredMessageProvesAnythingOrBreaksAnExchange() {
        var random = new Random(7);
        int proven = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] first = octets(FIRST);
            byte[] last = octets(LAST);
            byte[] altered = random.nextBoolean() ? first : last;
            int at = random.nextInt(altered.length);
            byte before = altered[at];
            altered[at] = (byte) random.nextInt(256);
            // The last character of the base64 has bits that stand for nothing: it spells the same proof in four ways.
            if (altered[at] == before || altered == last && at == last.length - 2) continue;
            var exchange = scram();
            if (!(exchange.next(first) instanceof Step.Challenge)) continue;
            if (exchange.next(last) instanceof Step.Challenge) proven++;
            new Login.Plain((_, _) -> new Step.Refused()).next(altered);
        }
        assertEquals(0, proven);
    }

    @Test
    void keysFitTheirPasswordAloneAndAreReadBack() {
        var kept = ScramKeys.of(Password.of("correct horse"));
        assertTrue(Login.fits(kept, octets("correct horse")));
        for (String wrong : List.of("correct hors", "correct horse ", "Correct horse", "", "x"))
            assertTrue(!Login.fits(kept, octets(wrong)), wrong);
        assertTrue(!Login.fits(kept, new byte[]{(byte) 0xc3}));
        assertEquals(kept, ScramKeys.parse(kept.text()));
        assertTrue(!kept.equals(ScramKeys.of(Password.of("correct horse"))), "one salt for two");
        assertTrue(!kept.toString().contains(kept.storedKey()) && !kept.text().contains("horse"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SCRAM-SHA-256", "SCRAM-SHA-256$4096", "SCRAM-SHA-256$x:AA==$AA==:AA==",
            "SCRAM-SHA-256$1:AA==$AA==:AA==", "SCRAM-SHA-1$4096:AA==$AA==:AA==", "SCRAM-SHA-256$4096:AA==$AA==:AA==",
            "SCRAM-SHA-256$4096:$:"})
    void otherTextIsNoKeys(String text) { assertThrows(IllegalArgumentException.class, () -> ScramKeys.parse(text)); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            longenough        | taken
            pässwörd          | taken
            pa\u0308sswo\u0308rd | taken
            Łódź i śnieg      | taken
            short12           | at least
            pass\u00a0word1   | place 5
            passw\u00aard1    | place 6
            \ufb01rst-word    | place 1
            пароль-пароль     | place 1
            pass\u0007word1   | place 5
            emoji \ud83d\ude00 word | place 7
            """)
    void passwordsHaveCharactersThatAllClientsSendAlike(String password, String outcome) {
        if (outcome.equals("taken")) {
            var kept = ScramKeys.of(Password.of(password));
            assertTrue(Login.fits(kept, octets(java.text.Normalizer.normalize(password,
                    java.text.Normalizer.Form.NFD))), "decomposed");
            return;
        }
        var refused = assertThrows(IllegalArgumentException.class, () -> Password.of(password));
        assertTrue(refused.getMessage().contains(outcome), refused.getMessage());
        assertTrue(!refused.getMessage().contains(password), refused.getMessage());
    }
}
