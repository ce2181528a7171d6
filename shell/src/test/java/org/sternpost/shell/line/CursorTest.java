package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CursorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        ^                                            ¦ command '' after []
        Get-Q^                                       ¦ command 'Get-Q' after []
        Get-Q^ueue                                   ¦ command 'Get-Q' after []
        Get-Queue | Wh^                              ¦ command 'Wh' after [Get-Queue]
        Get-Queue | ^                                ¦ command '' after [Get-Queue]
        Get-Queue | ft | ^                           ¦ command '' after [Get-Queue, ft]
        Get-Queue; ^                                 ¦ command '' after []
        $x = ^                                       ¦ command '' after []
        $x = Get-^                                   ¦ command 'Get-' after []
        Get-X (Get-Y | ^                             ¦ command '' after [Get-Y]
        Get-X (^                                     ¦ command '' after []
        Get-Queue -^                                 ¦ name '' of Get-Queue used []
        Get-Queue -Sta^                              ¦ name 'Sta' of Get-Queue used []
        Get-Queue a -First 5 -S^                     ¦ name 'S' of Get-Queue used [First]
        Get-Queue -Status ^                          ¦ value '' of Get-Queue -Status given []
        Get-Queue -Status Re^                        ¦ value 'Re' of Get-Queue -Status given []
        Get-Queue -Status:^                          ¦ value '' of Get-Queue -Status given []
        Get-Queue -Status:Re^                        ¦ value 'Re' of Get-Queue -Status given []
        Get-Queue -Status Retry,Ac^                  ¦ value 'Ac' of Get-Queue -Status given [Retry]
        Get-Queue -Status Retry, ^                   ¦ value '' of Get-Queue -Status given [Retry]
        Get-Queue -Status 'Re^                       ¦ value 'Re' of Get-Queue -Status given []
        Get-Queue -Status "Re^                       ¦ value 'Re' of Get-Queue -Status given []
        Get-Queue -Domain @(a, b^                    ¦ value 'b' of Get-Queue -Domain given [a]
        Set-X -Domain @{Add=a,b^                     ¦ value 'b' of Set-X -Domain given [a]
        Get-Queue ^                                  ¦ free 0 '' of Get-Queue given []
        Get-Queue a ^                                ¦ free 1 '' of Get-Queue given []
        Get-Queue -First 5 a^                        ¦ free 0 'a' of Get-Queue given []
        Get-Queue -5^                                ¦ free 0 '-5' of Get-Queue given []
        Get-Queue | Where-Object St^                 ¦ free 0 'St' of Where-Object given []
        Get-X (Get-Y a^                              ¦ free 0 'a' of Get-Y given []
        Get-X (Get-Y) ^                              ¦ free 1 '' of Get-X given []
        Get-X $^                                     ¦ variable ''
        Get-X $qu^                                   ¦ variable 'qu'
        Get-X ${qu^                                  ¦ variable 'qu'
        Get-X "a $qu^                                ¦ variable 'qu'
        Get-X -A $qu^                                ¦ variable 'qu'
        $qu^                                         ¦ variable 'qu'
        Get-X $q.do^                                 ¦ property 'do' of $q after []
        Get-X $q.^                                   ¦ property '' of $q after []
        Get-X (Get-Y).^                              ¦ property '' of (Get-Y) after []
        Get-Queue | ? { $_.Sta^                      ¦ property 'Sta' of $_ after [Get-Queue]
        Get-Queue | ? { $_.^                         ¦ property '' of $_ after [Get-Queue]
        Get-Queue | ? { $_.a.^                       ¦ property '' of $_.a after [Get-Queue]
        Get-Queue | ? { $_.Status -eq Re^            ¦ filter value 'Re' of Status after [Get-Queue]
        Get-Queue | ? { $_.Status -in 'a', 'R^       ¦ block 'R'
        Get-Queue | ? { $_.Status -in ('a', 'R^      ¦ filter value 'R' of Status after [Get-Queue]
        Get-Queue | ? { $_.Status -e^                ¦ block '-e'
        Get-Queue | ? { $_.Status -eq $li^           ¦ variable 'li'
        Get-Queue | ? { ^                            ¦ block ''
        Get-Queue # ^                                ¦ nothing
        Get-Queue > o^                               ¦ nothing
        $x ^                                         ¦ nothing
        'ab^                                         ¦ nothing
        !ls ^                                        ¦ nothing
        Set-X -Domain @{^                            ¦ nothing
        Set-X -Domain @{Ad^                          ¦ nothing
        Get-X && Get-Y -Sta^                         ¦ name 'Sta' of Get-X used []
        """)
    void cursorStandsAt(String marked, String place) {
        int position = marked.indexOf('^');
        var text = marked.replace("^", "");
        assertEquals(place, shown(Cursor.at(text, position), text));
    }

    @Test
    void completionReplacesTheWholeToken() {
        assertEquals(new Span(10, 14), Cursor.at("Get-Queue -Sta", 14).span());
        assertEquals(new Span(18, 21), Cursor.at("Get-Queue -Status 'Re", 21).span());
        assertEquals(new Span(7, 9), Cursor.at("Get-X $qu", 9).span());
    }

    private static String shown(CursorContext place, String text) {
        return switch (place) {
            case CursorContext.CommandName(var within, var prefix, _) -> "command '%s' after %s".formatted(prefix,
                    within.upstream());
            case CursorContext.ParameterName(var within, var prefix, _) -> "name '%s' of %s used %s".formatted(prefix,
                    within.command(), within.used());
            case CursorContext.ParameterValue(var within, var parameter, var given, var prefix, _) ->
                "value '%s' of %s -%s given %s".formatted(prefix, within.command(), parameter, texts(given, text));
            case CursorContext.Positional(var within, var index, var given, var prefix, _) ->
                "free %d '%s' of %s given %s".formatted(index, prefix, within.command(), texts(given, text));
            case CursorContext.Variable(_, var prefix, _) -> "variable '%s'".formatted(prefix);
            case CursorContext.Property(var within, var of, var prefix, _) ->
                "property '%s' of %s after %s".formatted(prefix,
                        of, within.upstream());
            case CursorContext.FilterValue(var within, var property, var prefix, _) ->
                "filter value '%s' of %s after %s".formatted(prefix, property, within.upstream());
            case CursorContext.Block(_, _, var prefix, _) -> "block '%s'".formatted(prefix);
            case CursorContext.Nothing _ -> "nothing";
        };
    }

    private static List<String> texts(List<Value> values, String text) {
        return values.stream().map(value -> value.span().of(text)).toList();
    }
}
