package org.sternpost.shell.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', nullValues = "-", textBlock = """
        *           ¦ ''       ¦ true
        a*c         ¦ abbc     ¦ true
        a*c         ¦ abbd     ¦ false
        *.gov       ¦ A.GOV    ¦ true
        a?c         ¦ abc      ¦ true
        a?c         ¦ ac       ¦ false
        [a-c]x      ¦ Bx       ¦ true
        [a-c]x      ¦ dx       ¦ false
        [xyz]       ¦ y        ¦ true
        [a-         ¦ [a-      ¦ true
        []]         ¦ ]        ¦ true
        a`*         ¦ a*       ¦ true
        a`*         ¦ ab       ¦ false
        *a*b*c*     ¦ xaxbxcx  ¦ true
        **          ¦ x        ¦ true
        ''          ¦ x        ¦ false
        """)
    void wildcardDescribesTheWholeText(String wildcard, String text, boolean matches) {
        assertEquals(matches, Patterns.like(wildcard, text, false));
    }
}
