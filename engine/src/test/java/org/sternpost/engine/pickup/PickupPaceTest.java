package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many files are taken in a time.
class PickupPaceTest {

    private static final String MAIL = Dropbox.HEAD + "\nHello\n";

    @TempDir
    Path home;

    @Test
    void soManyAMinuteAndTheRestInTheNext() throws IOException {
        var box = new Dropbox(home, terms -> pace(terms, 3));
        for (int i = 0; i < 7; i++)
            box.drop("f" + i + ".eml", MAIL);
        box.look();
        box.look();
        assertEquals(3, box.mail.size());
        box.time.advance(Duration.ofSeconds(59));
        box.look();
        assertEquals(3, box.mail.size());
        box.time.advance(Duration.ofSeconds(1));
        box.look();
        assertEquals(6, box.mail.size());
        box.time.advance(Duration.ofMinutes(1));
        box.look();
        assertEquals(7, box.mail.size());
    }

    /// A minute begins at any time: at no edge of it are there twice as many.
    @Test
    void noMinuteHasMoreWhereverItBegins() throws IOException {
        var box = new Dropbox(home, terms -> pace(terms, 3));
        box.drop("first.eml", MAIL);
        box.look();
        box.time.advance(Duration.ofSeconds(59));
        for (int i = 0; i < 7; i++)
            box.drop("f" + i + ".eml", MAIL);
        box.look();
        assertEquals(3, box.mail.size());
        box.time.advance(Duration.ofSeconds(1));
        box.look();
        assertEquals(4, box.mail.size());
        box.time.advance(Duration.ofSeconds(58));
        box.look();
        assertEquals(4, box.mail.size());
        box.time.advance(Duration.ofSeconds(1));
        box.look();
        assertEquals(6, box.mail.size());
    }

    static PickupTerms pace(PickupTerms terms, int aMinute) {
        return new PickupTerms(terms.directory(), terms.headerOctetsMax(), terms.recipientsMax(), aMinute,
                terms.hostName(), terms.messageOctetsMax());
    }
}
