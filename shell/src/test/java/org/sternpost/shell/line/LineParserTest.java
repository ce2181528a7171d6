package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Script.PipelineElement;
import org.sternpost.shell.line.Script.Statement;

class LineParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Get-Queue                                    ¦ Get-Queue
        Get-Queue; Get-Message                       ¦ Get-Queue; Get-Message
        Get-Message <abc@host>                       ¦ Get-Message <<abc@host>>
        Get-Queue >out                               ¦ Get-Queue > <out>
        Get-Queue >> 'a b.csv'                       ¦ Get-Queue >> 'a b.csv'
        Get-X -5 -2h -0.5                            ¦ Get-X <-5> <-2h> <-0.5>
        Get-X -                                      ¦ Get-X <->
        Get-X '-x' "-x"                              ¦ Get-X '-x' '-x'
        Get-X -Name value -Switch -Other:1           ¦ Get-X -Name <value> -Switch -Other:<1>
        Get-X -Name:a,b c                            ¦ Get-X -Name:[<a> <b>] <c>
        Get-X -S:$true                               ¦ Get-X -S:var true
        Get-X @x @example.com                        ¦ Get-X splat x <@example.com>
        Get-X @b,@c                                  ¦ Get-X [<@b> <@c>]
        Get-X a#b #c                                 ¦ Get-X <a#b>
        #c                                           ¦ ''
        Get-X user+tag@d *.gov [2001:db8::1]:25 a=b  ¦ Get-X <user+tag@d> <*.gov> <[2001:db8::1]:25> <a=b>
        Get-X 50% 25MB a&b http://h/?x=1&y=2         ¦ Get-X <50%> <25MB> <a&b> <http://h/?x=1&y=2>
        Get-X a,b c, d e ,f                          ¦ Get-X [<a> <b>] [<c> <d>] [<e> <f>]
        Get-X | %{ $_.a }                            ¦ Get-X | % block< $_.a >
        Get-X | ?{ it.a }                            ¦ Get-X | ? block< it.a >
        Get-X $q.domain                              ¦ Get-X var q.domain
        Get-X $q.a.b[0].c[-1]                        ¦ Get-X var q.a.b[0].c[-1]
        Get-X x-$q.domain                            ¦ Get-X <x->+$q+<.domain>
        Get-X $q/x ${q}MB $env:HOME                  ¦ Get-X $q+</x> $q+<MB> var env:HOME
        Get-X "a $q.b ${c}d $(1 + 1) e`n`"" 'it''s'  ¦ Get-X 'a '+$q+'.b '+$c+'d '+$(1 + 1)+' e\\n"' 'it's'
        Get-X "costs $5" a` b `$x                    ¦ Get-X 'costs $5' <a>+' '+<b> '$'+<x>
        Get-X '' ""                                  ¦ Get-X '' ''
        Get-X DOMAIN\\user \\d+                      ¦ Get-X <DOMAIN\\user> <\\d+>
        Get-X (Get-Y -A b).id (Get-Y)[0]             ¦ Get-X (Get-Y -A <b>).id (Get-Y)[0]
        Get-X (Get-Y | Sort-Object a)                ¦ Get-X (Get-Y | Sort-Object <a>)
        Get-X @() @(a) @(a, b) @(a b)                ¦ Get-X [] [<a>] [<a> <b>] [<a> <b>]
        Set-X @{Add=a,b; 'x y' = 1;}                 ¦ Set-X table(Add=[<a> <b>] x y=<1>)
        Set-X @{}                                    ¦ Set-X table()
        Get-X $( f(')') + "}" ).a                    ¦ Get-X groovy< f(')') + "}" >.a
        Get-X $(1+1)MB                               ¦ Get-X $(1+1)+<MB>
        $d = Get-X                                   ¦ set d Get-X
        $d = 'a.gov', b                              ¦ set d given ['a.gov' <b>]
        $d=5                                         ¦ set d given <5>
        $d = a.gov                                   ¦ set d a.gov
        $b = { 1 }                                   ¦ set b given block< 1 >
        $x | Get-Y                                   ¦ given var x | Get-Y
        'a','b' | Get-Y                              ¦ given ['a' 'b'] | Get-Y
        !ls -l 'a|b' | grep x; Get-X                 ¦ native<ls -l 'a|b'> | grep <x>; Get-X
        Get-X (!echo a)                              ¦ Get-X (native<echo a>)
        Get-X -Identity:(Get-Y)                      ¦ Get-X -Identity:(Get-Y)
        ./run.groovy -A b                            ¦ ./run.groovy -A <b>
        Where-Object Size -gt 5MB                    ¦ Where-Object <Size> -gt <5MB>
        Get-X bücher.example -Größe 5                ¦ Get-X <bücher.example> -Größe <5>
        """)
    void textHasOneMeaning(String text, String means) {
        assertEquals(means.equals("''") ? "" : means.replace("\\n", "\n"), Shown.of(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Get-Queue>out             ¦ SYNTAX_REDIRECT    ¦ Get-Queue >out
        Get-Queue -S Retry>out    ¦ SYNTAX_REDIRECT    ¦ Retry >out
        Get-Queue >               ¦ SYNTAX_REDIRECT    ¦ > queue.csv
        Get-Queue > a b           ¦ SYNTAX_REDIRECT    ¦
        > a                       ¦ SYNTAX_REDIRECT    ¦ Get-Queue > queue.csv
        $x >= 5                   ¦ SYNTAX_OPERATOR    ¦ Where-Object
        Get-X && Get-Y            ¦ SYNTAX_AND         ¦ use ;
        Get-X&&Get-Y              ¦ SYNTAX_AND         ¦ use ;
        Get-X || Get-Y            ¦ SYNTAX_OR          ¦ Groovy
        Get-X &                   ¦ SYNTAX_AMPERSAND   ¦ engine
        & Get-X                   ¦ SYNTAX_AMPERSAND   ¦ write the command
        if ($x) { }               ¦ SYNTAX_CONTROL     ¦ Groovy
        foreach ($x in $y) { }    ¦ SYNTAX_CONTROL     ¦ ForEach-Object
        Get-X --name              ¦ SYNTAX_DASHES      ¦ did you mean: -name
        Get-X --                  ¦ SYNTAX_DASHES      ¦ quote it
        x=5                       ¦ SYNTAX_ASSIGNMENT  ¦ $x =
        x = 5                     ¦ SYNTAX_ASSIGNMENT  ¦ $x =
        $_ = 5                    ¦ SYNTAX_ASSIGNMENT  ¦ another name
        2 + 2                     ¦ SYNTAX_ARITHMETIC  ¦ $( 2 + 2 )
        $x -eq 5                  ¦ SYNTAX_OPERATOR    ¦ Where-Object
        $x == 5                   ¦ SYNTAX_OPERATOR    ¦ Where-Object
        $x += 5                   ¦ SYNTAX_OPERATOR    ¦ Groovy
        'Get-X' -a                ¦ SYNTAX_OPERATOR    ¦
        'Get-X' a                 ¦ SYNTAX_VALUE       ¦ never quoted
        Get-X 2>err               ¦ SYNTAX_STREAM      ¦ sternpost
        Get-X 2>&1                ¦ SYNTAX_STREAM      ¦ sternpost
        Get-X 1>                  ¦ SYNTAX_STREAM      ¦ sternpost
        Get-X 2> err              ¦ SYNTAX_STREAM      ¦ sternpost
        Get-X \\                  ¦ SYNTAX_BACKSLASH   ¦ backtick
        Get-X -Name=5             ¦ SYNTAX_PARAMETER   ¦ -Name value
        Get-X -Name.x             ¦ SYNTAX_PARAMETER   ¦ quote
        Get-X -Name: 5            ¦ SYNTAX_PARAMETER   ¦ -Name:value
        -Name 5                   ¦ SYNTAX_COMMAND     ¦ backtick
        | Get-X                   ¦ SYNTAX_COMMAND     ¦
        Get-X | | Get-Y           ¦ SYNTAX_COMMAND     ¦
        Get-X | $x                ¦ SYNTAX_COMMAND     ¦ $x | Get-Queue
        Get-"X"                   ¦ SYNTAX_COMMAND     ¦
        . ./x                     ¦ SYNTAX_COMMAND     ¦ path
        @x                        ¦ SYNTAX_COMMAND     ¦ Get-Queue @x
        Get-X(5)                  ¦ SYNTAX_CALL        ¦ Get-X -Name
        Get-X $x.size()           ¦ SYNTAX_CALL        ¦ $( $x.size() )
        Get-X $                   ¦ SYNTAX_VARIABLE    ¦ '$'
        Get-X a$                  ¦ SYNTAX_VARIABLE    ¦ '$'
        Get-X a{b}                ¦ SYNTAX_BLANK       ¦ quote
        Get-X a(b)                ¦ SYNTAX_BLANK       ¦ quote
        Get-X )                   ¦ SYNTAX_BRACKET     ¦ ')'
        Get-X }                   ¦ SYNTAX_BRACKET     ¦ '}'
        Get-X ,a                  ¦ SYNTAX_COMMA       ¦
        Get-X a,,b                ¦ SYNTAX_VALUE       ¦
        Get-X ()                  ¦ SYNTAX_EMPTY       ¦ @()
        Get-X $( )                ¦ SYNTAX_EMPTY       ¦
        Get-X (Get-Y; Get-Z)      ¦ SYNTAX_BRACKET     ¦ one statement
        Get-X @{a}                ¦ SYNTAX_TABLE       ¦ Add
        Get-X @{a=1 b=2}          ¦ SYNTAX_TABLE       ¦
        Get-X @{a=1; A=2}         ¦ SYNTAX_TABLE       ¦
        Get-X { ( }               ¦ SYNTAX_BRACKET     ¦ quote
        Get-X “a”                 ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X "a"
        Get-X –Name a             ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X -Name a
        Get-X -Name ‘it is’       ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X -Name 'it is'
        Get–X a                   ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a
        “Get-X” a                 ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: "Get-X" a
        Get-X -Name\u00a0a        ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X -Name a
        Get-X\u00a0-Name a        ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X -Name a
        Get-X a\u202f|\u2009ft   ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a | ft
        Get-X\u3000a              ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a
        Get-X b\u200banks         ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X banks
        \ufeffGet-X a             ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a
        Get-X －Name a             ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X -Name a
        Get-X a ｜ ft              ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a | ft
        Ｇet-X a                   ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X a
        Get-X @{Add＝'a'}          ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X @{Add='a'}
        Get-X 'don’t' –Name a     ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X 'don’t' -Name a
        ? {$_.Status -eq “Failed”} ¦ SYNTAX_TYPOGRAPHY ¦ did you mean: ? {$_.Status -eq "Failed"}
        ? { $_.Status –eq 'a' }   ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: ? { $_.Status -eq 'a' }
        ? Status –eq a            ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: ? Status -eq a
        $( 'a' + ‘b’ )            ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: $( 'a' + 'b' )
        Get-X > “a”               ¦ SYNTAX_TYPOGRAPHY  ¦ did you mean: Get-X > "a"
        !                         ¦ SYNTAX_NATIVE      ¦ !ls
        """)
    void refusalHelps(String text, String code, @Nullable String hint) {
        var refused = assertInstanceOf(ParseResult.Refused.class, LineParser.parse(text), text);
        assertEquals(code, refused.error().code(), text);
        assertEquals(true, refused.error().hint().contains(hint == null ? "" : hint), refused.error().hint());
        assertEquals(true, refused.error().span().end() <= text.length(), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Get-X 'a            ¦ '
        Get-X "a            ¦ "
        Get-X "a `          ¦ "
        Get-X { $_.a        ¦ {
        Get-X { 'a }        ¦ '
        Get-X { "${ a }     ¦ "
        Get-X { /* }        ¦ /*
        Get-X (             ¦ (
        Get-X (Get-Y        ¦ (
        Get-X @(a,          ¦ @(
        Get-X @(            ¦ @(
        Get-X @{            ¦ @{
        Get-X @{a           ¦ @{
        Get-X @{a=          ¦ =
        Get-X $( 1          ¦ $(
        Get-X ${a           ¦ ${
        Get-X |             ¦ |
        Get-X a,            ¦ ,
        $x =                ¦ =
        Get-X `             ¦ `
        !echo 'a            ¦ '
        """)
    void unfinishedTextAsksForMore(String text, String open) { assertEquals("... " + open, Shown.of(text)); }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        Get-X^Get-Y                       ¦ Get-X; Get-Y
        Get-X |^  Get-Y                   ¦ Get-X | Get-Y
        Get-X^  | Get-Y                   ¦ Get-X | Get-Y
        Get-X^# note^^  | Get-Y           ¦ Get-X | Get-Y
        Get-X a,^b                        ¦ Get-X [<a> <b>]
        $x =^Get-X                        ¦ set x Get-X
        Get-X `^ -A b                     ¦ Get-X -A <b>
        Get-X (^Get-Y^-A b^)              ¦ Get-X (Get-Y -A <b>)
        Get-X @(^a^b,^c^)                 ¦ Get-X [<a> <b> <c>]
        Set-X @{^a=1^b = 2; c=3^}         ¦ Set-X table(a=<1> b=<2> c=<3>)
        Get-X 'a^b' c                     ¦ Get-X 'a^b' <c>
        Get-X { // } '^ 1 }               ¦ Get-X block< // } '^ 1 >
        Get-X { x =~ /}/ /* } */ }        ¦ Get-X block< x =~ /}/ /* } */ >
        Get-X { a / b } { c / d }         ¦ Get-X block< a / b > block< c / d >
        Get-X { '''}''' + "${ "}" }" }    ¦ Get-X block< '''}''' + "${ "}" }" >
        Get-X \\^Get-Y                    ¦ SYNTAX_BACKSLASH
        """)
    void lineBreakEndsAStatementUnlessSomethingIsOpen(String text, String means) {
        assertEquals(means.replace('^', '\n'), Shown.of(text.replace('^', '\n')));
    }

    @Test
    void lengthAndDepthAreLimited() {
        assertEquals("SYNTAX_LENGTH", Shown.of("x".repeat((1 << 20) + 1)));
        assertEquals("SYNTAX_LENGTH", Shown.of("x\n".repeat(1 << 18)));
        assertEquals("SYNTAX_DEPTH", Shown.of("Get-X " + "(Get-X ".repeat(101)));
        assertEquals("SYNTAX_DEPTH", Shown.of("Get-X " + "@(".repeat(101)));
        assertEquals("SYNTAX_DEPTH", Shown.of("Get-X {" + "(".repeat(101)));
        assertEquals("SYNTAX_DEPTH", Shown.of("Get-X {" + "\"${".repeat(101)));
        assertEquals("... (", Shown.of("Get-X " + "(Get-X ".repeat(99)));
    }

    @Test
    void everyNodeKnowsItsPlace() {
        var text = "$x = Get-Queue -Status:Retry, b | ft > out.csv ; y";
        var script = assertInstanceOf(ParseResult.Parsed.class, LineParser.parse(text)).script();
        var assignment = assertInstanceOf(Statement.Assignment.class, script.statements().getFirst());
        assertEquals("$x = Get-Queue -Status:Retry, b | ft > out.csv", assignment.span().of(text));
        assertEquals("$x", assignment.nameSpan().of(text));
        var command = assertInstanceOf(PipelineElement.Command.class, assignment.pipeline().elements().getFirst());
        assertEquals("Get-Queue -Status:Retry, b", command.span().of(text));
        assertEquals("Get-Queue", command.nameSpan().of(text));
        var parameter = assertInstanceOf(Argument.Parameter.class, command.arguments().getFirst());
        assertEquals("-Status", parameter.nameSpan().of(text));
        assertEquals("Retry, b", parameter.value().orElseThrow().span().of(text));
        assertEquals("> out.csv", assignment.pipeline().redirect().orElseThrow().span().of(text));
    }
}
