package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MutationTest {
    private static final int LINES = 30_000;
    private static final List<String> SEEDS = List.of(
            "Get-Queue | Where-Object { $_.Status -eq 'Retry' -and $_.Size -gt 10MB } | Format-Table > out.csv",
            "$q = Get-Queue -Status Retry,Active -First:5; $q.domain[0] | Suspend-Queue -WhatIf",
            "Set-OutboundConnector gov -Domains @{Add='a.gov','b.gov'; Remove=c.gov} @more -Confirm:$false",
            "Get-X \"a ${b} $(c + \"}\") `\" d\" 'it''s' x-$y.z $(1 + 1).a @(a, b (Get-Y -A b).id)",
            "!ls -l 'a|b' | grep x ; Get-X # note\n | ft `\n -A /a/ { /* } */ x =~ /}/ // }\n '''}''' \"${ [1] }\" }");
    private static final List<String> PIECES = List.of("'", "\"", "`", "$", "{", "}", "(", ")", "@", "@{", "@(", "$(",
            "${", "|", "||", "&&", "&", ";", ",", "=", ">", ">>", "2>&1", "-", "--", "#", "\n", "\r\n", "\\", "/", "//",
            "/*", "'''", "\"\"\"", ".", "[", "]", "[0]", "!", " ", "\t", "\0", "é", "\uD83D", "\uDE00", "\u00a0", "“",
            "5",
            "if", "$env:", ":", "x");

    @Test
    void everyTextIsParsedOrIncompleteOrRefused() {
        long seed = new Random().nextLong();
        System.out.println("MutationTest seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < LINES; i++) {
            var text = mutated(random);
            try {
                check(text, random.nextInt(text.length() + 1));
            } catch (RuntimeException | StackOverflowError thrown) {
                fail("seed " + seed + ", text <" + text + ">", thrown);
            }
        }
    }

    private static void check(String text, int position) {
        var span = switch (LineParser.parse(text)) {
            case ParseResult.Parsed(var script) -> script.span();
            case ParseResult.Incomplete incomplete -> {
                incomplete.asError().terminal(text);
                yield incomplete.span();
            }
            case ParseResult.Refused(var error) -> {
                error.terminal(text);
                error.oneLine(text);
                yield error.span();
            }
        };
        inside(span, text);
        var place = Cursor.at(text, position);
        inside(place.span(), text);
        assertEquals(position, place.span().end(), text);
        int end = 0;
        for (var mark : Highlight.of(text)) {
            inside(mark.span(), text);
            assertEquals(true, mark.span().start() >= end, () -> "marks overlap in <" + text + "> at " + mark);
            end = mark.span().end();
        }
    }

    private static void inside(Span span, String text) {
        assertEquals(true, span.end() <= text.length(), () -> span + " leaves <" + text + ">");
    }

    private static String mutated(Random random) {
        var text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
                case 2 -> text.replace(at, Math.min(text.length(), at + 1), PIECES.get(random.nextInt(PIECES.size())));
                case 3 -> text.setLength(at);
                default -> text.insert(at, text.substring(Math.min(at, text.length() / 2), at));
            }
        }
        return text.toString();
    }
}
