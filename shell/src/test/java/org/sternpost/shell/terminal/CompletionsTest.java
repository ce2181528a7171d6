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
import org.jspecify.annotations.Nullable;
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

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
            Get-Queue -Filter {Sta                                    ¦ Status
            Get-Queue -Filter { Status -n                             ¦ -ne -notlike
            Get-Queue -Filter {MessageCount -l                        ¦ -lt -le
            Get-Queue -Filter {Status -eq                             ¦ -eq
            Get-Queue -Filter {Status -eq R                           ¦ Ready Retry
            Get-Queue -Filter {Status -eq 'Re                         ¦ 'Ready' 'Retry'
            Get-Queue -Filter {Status -eq 'Retry' -a                  ¦ -and
            Get-Queue -Filter {Status -eq 'Retry' -and (not MessageC  ¦
            Get-Queue -Filter {Status -eq 'Retry' -and -not (MessageC ¦ MessageCount
            Get-Queue -Filter {$_.Sta                                 ¦ Status
            Get-Queue -Filter {$_.Status -eq Su                       ¦ Suspended
            Get-Message -Filter "FromAddress -eq 'a' -or Status -eq D ¦ "FromAddress -eq 'a' -or Status -eq Damaged
            Get-Message -Filter 'Recip                                ¦ 'Recipients
            Suspend-Message -Filter {Size -g                          ¦ -gt -ge
            Get-Queue | Where-Object { $_.Status -eq Sus              ¦ Suspended
            Get-Queue | Where-Object { $_.Sta                         ¦ Status
            Get-Message | Sort-Object Subject | ? Status -eq Pen      ¦ PendingSuspend
            Get-OutboundConnector | ? { $_.Name -eq R                 ¦
            """)
    void aFilterIsCompleted(String line, @Nullable String choices) {
        assertEquals(choices == null ? List.of() : List.of(choices), List.of(String.join(" ", offered(line))).stream()
                .filter(text -> !text.isEmpty()).toList());
    }

    @Test
    void afterABlankTheNextPartOfAFilterIsOffered() {
        assertEquals(List.of("Ready", "Active", "Retry", "Suspended"), offered("Get-Queue -Filter {Status -eq "));
        assertEquals(List.of("-eq", "-ne", "-like", "-notlike"), offered("Get-Queue -Filter {Status "));
        assertEquals(List.of("-and", "-or"), offered("Get-Queue -Filter {Status -eq Retry "));
        assertTrue(offered("Get-Queue -Filter {").contains("MessageCount"));
    }

    @Test
    void aNameWithABlankIsQuoted() { assertTrue(offered("Get-OutboundConnector ").contains("'head office'")); }
}
