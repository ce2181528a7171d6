package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Addresses in header fields, as people, programs and the RFC's examples write them.
class AddressFieldTest {

    private static final int LISTS = 3_000;
    private static final long SEED = 20_261_129;

    /// Prints the addresses of each line, or `?` where the field has a defect that is none of old forms.
    private static final String PYTHON = """
            import sys
            from email.headerregistry import HeaderRegistry
            from email import errors
            make = HeaderRegistry()
            out = open(sys.argv[2], 'w', encoding='utf-8', newline='\\n')
            for line in open(sys.argv[1], encoding='utf-8', newline='\\n'):
                try:
                    field = make('To', line.rstrip('\\n'))
                except AttributeError: # of its own, over some comments
                    out.write('?\\n')
                    continue
                bad = [d for d in field.defects if not isinstance(d, (errors.ObsoleteHeaderDefect,))]
                found = ' '.join(repr(a.username) + '@' + a.domain for a in field.addresses)
                out.write('?\\n' if bad else found + '\\n')
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a@b.example                                       | a@b.example
            A@B.Example                                       | A@b.example
            <a@b.example>                                     | a@b.example
            Ann Lee <a@b.example>                             | a@b.example
            "Lee, Ann" <a@b.example>, c@d.example             | a@b.example c@d.example
            "a \\"b\\" \\\\" <a@b.example>                    | a@b.example
            John Q. Public <a@b.example>                      | a@b.example
            =?utf-8?Q?J=C3=BCrgen=2C?= <a@b.example>          | a@b.example
            a@b.example (Ann (the (first)) \\) Lee)           | a@b.example
            (c) a (c) @ (c) b.example (c)                     | a@b.example
            (,) <(<)a(@)@(>)b.example(;)>(")                  | a@b.example
            Team: a@b.example, C <c@d.example>;               | a@b.example c@d.example
            Team:;, a@b.example                               | a@b.example
            Team: , ,a@b.example,, ;                          | a@b.example
            , a@b.example,, ,c@d.example,                     | a@b.example c@d.example
            <@h.example,@i.example:a@b.example>               | a@b.example
            a . b@c . example                                 | a.b@c.example
            "a"@b.example                                     | a@b.example
            "a b"@c.example                                   | "a b"@c.example
            "a".b@c.example                                   | a.b@c.example
            "a@b".c@d.example                                 | "a@b.c"@d.example
            ""@b.example                                      | ""@b.example
            a..b@c.example                                    | a..b@c.example
            a+b=c/d!e#f$g%h&i'j*k^lm{n}o~p-q_r?@b.example     | a+b=c/d!e#f$g%h&i'j*k^lm{n}o~p-q_r?@b.example
            Ann Lee a@b.example                               | ?
            a@b.example c@d.example                           | ?
            a@b.example; c@d.example                          | ?
            a@b.example <c@d.example>                         | ?
            a                                                 | ?
            Ann Lee                                           | ?
            <a>                                               | ?
            <>                                                | ?
            <a@b.example                                      | ?
            a@b.example>                                      | ?
            @b.example                                        | ?
            a@                                                | ?
            a@b@c.example                                     | ?
            a@.example                                        | ?
            a@b.example.                                      | ?
            a@[192.0.2.1]                                     | ?
            "a@b.example                                      | ?
            a@b.example (c                                    | ?
            a@b.example \\                                    | ?
            Team: a@b.example                                 | ?
            One: Two: a@b.example;;                           | ?
            <@h.example a@b.example>                          | ?
            a\u0001@b.example                                 | ?
            "a\u0001"@b.example                               | ?
            a\u00a0b@c.example                                | ?
            """)
    void addressesAreReadOrRefused(String field, String addresses) { assertEquals(addresses, ours(field), field); }

    @Test
    void whatIsRefusedIsToldWithItsPlace() {
        assertEquals("'bob' has no '@'", why("a@b.example, bob"));
        assertEquals("'bob' has no '@'; commas belong between addresses", why("bob; a@b.example"));
        assertEquals("'Ann Lee a' stands before '@'; an address behind a name belongs in angle brackets",
                why("Ann Lee a@b.example"));
        assertEquals("a comma belongs between two addresses, and not 'c@d.example'", why("a@b.example c@d.example"));
        assertEquals("'>' was expected at the end", why("<a@b.example"));
        assertEquals("a group of addresses has no ';' at its end", why("Team: a@b.example"));
    }

    @Test
    void namesAreKeptWithoutTheirQuotes() {
        var read = assertInstanceOf(AddressField.Read.Mailboxes.class,
                AddressField.of("\"Lee, \\\"A\\\"\" J. <a@b.example>, c@d.example"));
        assertEquals("Lee, \"A\" J.", read.all().getFirst().name());
        assertEquals("", read.all().getLast().name());
        assertEquals("F: \"Lee, \\\"A\\\" J.\" <a@b.example>, c@d.example\r\n",
                new String(new FieldWriter(false).mailboxes("F", read.all()).octets(), StandardCharsets.US_ASCII));
    }

    /// Depth and length of a field are its author's.
    @Test
    void deepAndLongFieldsAreReadInOneGo() {
        assertEquals("a@b.example", ours("(".repeat(100_000) + ")".repeat(100_000) + "a@b.example"));
        assertEquals("?", ours("(".repeat(100_000)));
        assertEquals("?", ours("<@x,".repeat(50_000)));
        assertEquals("?", ours("a:".repeat(50_000)));
        assertEquals("?", ours("\"\\".repeat(50_000)));
        assertEquals(20_000, ours("a@b.example,".repeat(20_000)).split(" ").length);
    }

    /// Whatever Python's parser takes for well formed, we read as it does.
    @Test
    void listsMadeByChanceAreReadAsAnotherParserReadsThem() throws Exception {
        var random = new Random(SEED);
        var lists = new ArrayList<String>();
        for (int i = 0; i < LISTS; i++)
            lists.add(list(random));
        Path in = Files.write(directory.resolve("in"), lists, StandardCharsets.UTF_8);
        Path out = directory.resolve("out");
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", PYTHON, in.toString(), out.toString())
                    .redirectErrorStream(true).start();
        } catch (IOException none) {
            abort("python3 is not here, so no other parser reads the lists");
            return;
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, python.waitFor(), said);
        List<String> theirs = Files.readAllLines(out);
        int read = 0;
        for (int i = 0; i < LISTS; i++) {
            if (theirs.get(i).equals("?")) continue;
            read++;
            assertEquals(theirs.get(i), pythonic(lists.get(i)), "seed " + SEED + ", list " + i + ": " + lists.get(i));
        }
        assertTrue(read > LISTS / 2, read + " of " + LISTS + " lists were well formed");
    }

    private static String list(Random random) {
        var list = new StringBuilder();
        int addresses = 1 + random.nextInt(4);
        for (int i = 0; i < addresses; i++) {
            if (i > 0) list.append(random.nextInt(4) == 0 ? " ," : ", ");
            if (random.nextInt(12) == 0) {
                list.append(name(random)).append(':');
                for (int j = random.nextInt(3); j > 0; j--)
                    list.append(' ').append(mailbox(random)).append(j > 1 ? "," : "");
                list.append(';');
            } else
                list.append(mailbox(random));
        }
        return list.toString();
    }

    private static String mailbox(Random random) {
        String address = local(random) + "@" + one(random, "b.example", "c-d.example.org", "xn--bcher-kva.example");
        return gap(random) + (random.nextBoolean()
                ? address
                : (random.nextBoolean() ? name(random) + " " : "") + "<" + gap(random) + address + gap(random) + ">")
                + gap(random);
    }

    private static String local(Random random) {
        return one(random, "a", "ann.lee", "o'hara", "x+tag", "a-b_c", "{x}", "\"a b\"", "\"a\\\"b\"", "\"a@b\"",
                "\"q\"",
                "\u00fc", "1=2");
    }

    private static String name(Random random) {
        return one(random, "Ann", "Ann Lee", "\"Lee, Ann\"", "\"a \\\"b\\\"\"", "=?utf-8?Q?J=C3=BCrgen?=", "\"<x@y>\"",
                "J\u00fcrgen", "\"\"");
    }

    private static String gap(Random random) {
        return random.nextInt(5) == 0 ? one(random, " ", " (c) ", "(a (b) c)", "\t", " (\\)) ", "(,;<>@) ") : "";
    }

    private static String one(Random random, String... of) { return of[random.nextInt(of.length)]; }

    private static String ours(String field) {
        return switch (AddressField.of(field)) {
            case AddressField.Read.Mailboxes(var all, var _) ->
                String.join(" ", all.stream().map(one -> one.address().toString()).toList());
            case AddressField.Read.Malformed _ -> "?";
        };
    }

    private static String why(String field) {
        return assertInstanceOf(AddressField.Read.Malformed.class, AddressField.of(field)).why();
    }

    /// As Python writes them: the local part without quotes, by `repr`.
    private static String pythonic(String field) {
        var all = assertInstanceOf(AddressField.Read.Mailboxes.class, AddressField.of(field), field).all();
        return String.join(" ", all.stream().map(one -> {
            String local = one.address().localPart();
            if (local.startsWith("\"")) local = local.substring(1, local.length() - 1).replaceAll("\\\\(.)", "$1");
            String quote = local.contains("'") && !local.contains("\"") ? "\"" : "'";
            return quote + local + quote + "@" + one.address().domain();
        }).toList());
    }
}
