package org.sternpost.shell.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.catalogue.AllCmdlets;

/// What Tab offers, without a terminal.
class CompletionsTest {

    private final Completions completions = new Completions(new AllCmdlets(),
            kind -> kind.equals("connectors") ? List.of("banks", "Default", "head office") : List.of(),
            () -> List.of("mine"));

    private List<String> offered(String line) {
        var choices = completions.at(line, line.length());
        String typed = line.substring(choices.span().start()).toLowerCase();
        return choices.choices().stream().map(Completions.Choice::text)
                .filter(text -> text.toLowerCase().startsWith(typed)).toList();
    }

    @Test
    void propertiesAndTheirWordsFollowAPipe() {
        assertEquals(List.of("TlsValidation"), offered("Get-OutboundConnector | Where-Object TlsV"));
        assertEquals(List.of("Opportunistic"), offered("Get-OutboundConnector | Where-Object TlsValidation -eq O"));
        assertEquals(List.of("Opportunistic"), offered("Get-OutboundConnector | ? { $_.TlsValidation -eq O"));
        assertEquals(List.of("Revision"), offered("Get-OutboundConnector | Where-Object Enabled | Sort-Object Rev"));
        assertEquals(List.of("Revision"), offered("Get-OutboundConnector | Where-Object { $_.Rev"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Set-Ou                                                   | Set-OutboundConnector
            set-outboundconnector ba                                 | banks
            Set-OutboundConnector banks -tlsv                        | -TlsValidation
            Set-OutboundConnector banks -TlsValidation O             | Opportunistic
            Set-OutboundConnector banks -TlsValidation:O             | Opportunistic
            Set-OutboundConnector -TlsValidation Enabled -Identity b | banks
            Set-OutboundConnector banks -Enabled $t                  | true
            Get-OutboundConnector 'gov' -Ver                         | -Verbose
            Get-OutboundConnector -Identity $mi                      | mine
            Get-Message -ResultSize U                                | Unlimited
            """)
    void theOneChoiceIsOffered(String line, String choice) { assertEquals(List.of(choice), offered(line)); }

    @Test
    void neededParametersComeFirstAndGivenOnesNotAgain() {
        assertEquals("-Identity", offered("Set-OutboundConnector -").getFirst());
        assertFalse(offered("Set-OutboundConnector banks -").contains("-Identity"));
        assertFalse(offered("Set-OutboundConnector -Port 25 -").contains("-Port"));
        assertTrue(offered("Set-OutboundConnector -").contains("-WhatIf"));
        assertFalse(offered("Get-OutboundConnector -").contains("-WhatIf"));
    }

    /// A name of an older version may hold anything; chosen it is what it is, and shown it cannot mislead.
    @Test
    void whatCannotBeSeenOfANameIsWrittenOut() {
        var odd = new Completions(new AllCmdlets(), _ -> List.of("odd\u202ename"), List::of);
        var syntax = new LineSyntax(odd, new AllCmdlets(), false);
        String line = "Get-OutboundConnector o";
        var offered = new ArrayList<Candidate>();
        syntax.complete(null, syntax.parse(line, line.length(), Parser.ParseContext.COMPLETE), offered);
        var one = offered.stream().filter(choice -> choice.value().contains("odd")).findFirst().orElseThrow();
        assertTrue(one.value().contains("odd\u202ename"), one.value());
        assertTrue(one.displ().contains("odd\\u202ename"), one.displ());
    }

    @Test
    void aNameWithABlankIsQuoted() { assertTrue(offered("Get-OutboundConnector ").contains("'head office'")); }
}
