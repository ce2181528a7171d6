package org.sternpost.shell.line;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HighlightTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Get-X -A b 5MB 'c' $d.e        ¦ COMMAND Get-X, PARAMETER -A, WORD b, NUMBER 5MB, STRING 'c', VARIABLE $d.e
        Get-X "a $b c"                 ¦ COMMAND Get-X, STRING "a , VARIABLE $b, STRING  c"
        $x = Get-X | ft # n            ¦ VARIABLE $x, OPERATOR =, COMMAND Get-X, OPERATOR |, COMMAND ft, COMMENT # n
        Get-X { a } @s                 ¦ COMMAND Get-X, OPERATOR {, BLOCK  a , OPERATOR }, PARAMETER @s
        Get-X > f                      ¦ COMMAND Get-X, OPERATOR >, WORD f
        Get-X @{a=1}                   ¦ COMMAND Get-X, OPERATOR @{, WORD a, OPERATOR =, NUMBER 1, OPERATOR }
        !ls -l                         ¦ NATIVE !ls -l
        Get-X && Get-Y                 ¦ COMMAND Get-X, ERROR &&, COMMAND Get-Y
        Get-X -A 'b                    ¦ COMMAND Get-X, PARAMETER -A, STRING 'b
        Get-X "a $b c                  ¦ COMMAND Get-X, STRING "a , VARIABLE $b, STRING  c
        Get-X { 'a' + b                ¦ COMMAND Get-X, BLOCK { 'a' + b
        Get-X>out                      ¦ ERROR Get-X>out
        """)
    void tokensHaveClasses(String text, String marks) {
        assertEquals(marks, Highlight.of(text).stream().map(mark -> mark.kind() + " " + mark.span().of(text))
                .collect(joining(", ")));
    }
}
