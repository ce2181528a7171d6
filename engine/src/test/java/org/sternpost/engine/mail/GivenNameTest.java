package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GivenNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"banks", "Partner: Contoso, Ltd. (2)", "partners-2", "a.b", "x_y", "Straßen", "日本", "a b",
            "Müller & Söhne"})
    void namesThatPeopleGive(String name) { assertEquals(Optional.empty(), GivenName.fault(name)); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        ^^ | is empty
        ^ ^ | is empty
        ../x | has '/' at place 3, which means something else in commands or paths
        a\\b | has '\\' at place 2, which means something else in commands or paths
        * | has '*' at place 1, which means something else in commands or paths
        b? | has '?' at place 2, which means something else in commands or paths
        a;b | has ';' at place 2, which means something else in commands or paths
        .. | begins with '.'
        -Force | begins with '-'
        ^ a^ | begins or ends with a blank
        """)
    void namesThatMeanSomethingElse(String name, String fault) {
        assertEquals(Optional.of(fault), GivenName.fault(name));
    }

    @Test
    void namesWithWhatCannotBeSeen() {
        assertEquals(Optional.of("has the invisible \\u202e at place 4"), GivenName.fault("bad\u202egov"));
        assertEquals(Optional.of("has the invisible \\u200b at place 2"), GivenName.fault("🎉\u200b"));
        assertEquals(Optional.of("has the invisible \\x1b at place 1"), GivenName.fault("\u001b[2J"));
        assertEquals(Optional.of("has a blank other than the space at place 2"), GivenName.fault("a\u00a0b"));
    }

    @Test
    void aNameIsAsLongAsExchangeTakesIt() {
        assertEquals(Optional.empty(), GivenName.fault("x".repeat(64)));
        assertEquals(Optional.of("has 65 characters, more than 64"), GivenName.fault("x".repeat(65)));
    }
}
