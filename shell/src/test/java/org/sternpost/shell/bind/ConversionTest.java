package org.sternpost.shell.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Type;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.line.Span;

/// What a value means to the parameter that takes it.
class ConversionTest {

    private static final Span HERE = new Span(0, 1);

    record Takes(SetEdit<Domain> edit, List<Domain> list, Clearable<Size> clearable, Map<String, String> table) {}

    private final Conversion file = new Conversion(new SystemTime(), ZoneOffset.UTC, false);
    private final Conversion prompt = new Conversion(new SystemTime(), ZoneOffset.UTC, true);

    private static Type type(int component) { return Takes.class.getRecordComponents()[component].getGenericType(); }

    @ParameterizedTest
    @CsvSource(textBlock = """
            java.lang.Integer,                            1_000,    1000
            java.lang.Boolean,                            $true,    true
            java.time.Duration,                           1h30m,    PT1H30M
            java.time.Instant,                            2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z
            org.sternpost.engine.mail.Domain,             Bücher.example, xn--bcher-kva.example
            org.sternpost.engine.mail.Address,            <a@b.example>, a@b.example
            org.sternpost.engine.connector.DomainPattern, *.x.example, *.x.example
            org.sternpost.engine.connector.TlsValidation, opportunistic, Opportunistic
            """)
    void textBecomesTheTypeOfItsParameter(Class<?> type, String text, String value) throws BindException {
        assertEquals(value, file.convert(text, type, HERE).toString());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            java.lang.Integer,                            5.5,      VALUE_TYPE
            java.lang.Integer,                            Unlimited, VALUE_TYPE
            java.lang.Boolean,                            yes,      VALUE_TYPE
            java.time.Duration,                           5,        VALUE_TYPE
            java.time.Instant,                            11/12/2026, VALUE_TYPE
            org.sternpost.cmdlets.Param$Size,             25M,      VALUE_TYPE
            org.sternpost.engine.mail.Domain,             a..b,     VALUE_TYPE
            org.sternpost.engine.connector.TlsValidation, Off,      VALUE_ENUM
            org.sternpost.engine.connector.TlsValidation, Opp,      VALUE_ENUM
            org.sternpost.cmdlets.Param$Block,            text,     VALUE_TYPE
            """)
    void whatDoesNotFitIsRefused(Class<?> type, String text, String code) {
        assertEquals(code, assertThrows(BindException.class, () -> file.convert(text, type, HERE)).error().code());
    }

    /// `-MinMessages Unlimited` would be a guard that never looks.
    @Test
    void unlimitedIsANumberOnlyWhereTheParameterSaysSo() throws BindException {
        var taken = new ArrayList<String>();
        for (Descriptor cmdlet : new AllCmdlets().all())
            for (Descriptor.Parameter p : cmdlet.parameters())
                if (p.type() == Integer.class && p.names().equals("unlimited")) {
                    assertEquals(Cmdlet.Limited.UNLIMITED, file.convert("unlimited", p, HERE));
                    assertEquals(5, file.convert("5", p, HERE));
                    taken.add(cmdlet.name());
                } else if (p.type() == Integer.class) {
                    var refused = assertThrows(BindException.class, () -> file.convert("Unlimited", p, HERE)).error();
                    assertEquals(List.of("'Unlimited' is no whole number", "write 5 or 1_000"),
                            List.of(refused.message(), refused.hint()), cmdlet.name() + " -" + p.name());
                }
        assertTrue(taken.contains("Get-Message") && !taken.contains("Start-TlsRollout"), taken.toString());
    }

    @Test
    void theStartOfAWordIsEnoughAtThePrompt() throws BindException {
        assertEquals(TlsValidation.Opportunistic, prompt.convert("opp", TlsValidation.class, HERE));
    }

    @Test
    void oneValueMeansExactlyOne() throws BindException {
        assertEquals(5L, file.convert(List.of("5"), Long.class, HERE));
        assertThrows(BindException.class, () -> file.convert(List.of(), Long.class, HERE));
        assertThrows(BindException.class, () -> file.convert(List.of("5", "6"), Long.class, HERE));
        assertThrows(BindException.class, () -> file.convert(NullValue.NULL, Long.class, HERE));
    }

    @Test
    void listsAreReplacedOrEdited() throws BindException {
        var a = Domain.of("a.example");
        assertEquals(SetEdit.replacing(List.of(a)), file.convert("a.example", type(0), HERE));
        assertEquals(SetEdit.editing(List.of(a), List.of()),
                file.convert(Map.of("add", "a.example"), type(0), HERE));
        assertThrows(BindException.class, () -> file.convert(Map.of("plus", "a.example"), type(0), HERE));
        assertEquals(List.of(a), file.convert("a.example", type(1), HERE));
    }

    @Test
    void whatMayBeEmptiedKnowsNull() throws BindException {
        assertEquals(new Clearable.Cleared<Size>(), file.convert(NullValue.NULL, type(2), HERE));
        assertEquals(new Clearable.Value<>(new Size(1024)), file.convert("1KB", type(2), HERE));
    }

    @Test
    void sharesHaveFractions() throws BindException {
        assertEquals(new Percent(0.5), file.convert("0.5%", Percent.class, HERE));
        assertEquals(Map.of("a", "b"), file.convert(Map.of("a", "b"), type(3), HERE));
        assertEquals(Instant.EPOCH, file.convert(Instant.EPOCH, Instant.class, HERE));
    }
}
