package org.sternpost.cmdlets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.ProofView.StepView;
import org.sternpost.engine.mail.Nearest;

class ItemTest {

    private final Item gov = new RecordItem(Plain.of(ConnectorView.class, "name", "gov", "tlsValidation",
            TlsValidation.Enabled));

    @Test
    void aViewIsShownUnderExchangesNames() {
        assertEquals("OutboundConnector", gov.typeName());
        assertTrue(gov.names().containsAll(List.of("Name", "TlsValidation", "UseMXRecord", "SourceIPAddress")));
        assertEquals(TlsValidation.Enabled, gov.get("tlsvalidation"));
        assertEquals(0L, gov.get("Port"));
    }

    @Test
    void anUnknownPropertyIsRefusedWithASuggestion() {
        var no = assertThrows(IllegalArgumentException.class, () -> gov.get("TlsValidaton"));
        assertEquals("OutboundConnector has no property TlsValidaton; did you mean TlsValidation?", no.getMessage());
    }

    @Test
    void nestedRecordsAreItemsThemselves() {
        var resolver = new RecordItem(Plain.of(ResolverView.class, "checks", List.of(Plain.of(StepView.class,
                "status", "Secure"))));
        assertTrue(((List<?>) resolver.get("Checks")).getFirst() instanceof Item step
                && step.get("Status").equals("Secure"));
    }

    @Test
    void aBagKeepsItsOrderAndIgnoresCase() {
        var values = new java.util.LinkedHashMap<String, Object>(Map.of());
        values.put("B", 1L);
        values.put("A", 2L);
        var bag = new CustomItem("Selected", values);
        assertEquals(List.of("B", "A"), bag.names());
        assertEquals(2L, bag.get("a"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        *,        anything, true
        Tls*,     TlsDomain, true
        *DOMAIN,  TlsDomain, true
        t?s*n,    TlsDomain, true
        Tls,      TlsDomain, false
        *a*b*c,   xxaxxbxx,  false
        """)
    void wildcardsMatchAsLike(String pattern, String text, boolean matches) {
        assertEquals(matches, new Wildcard(pattern).test(text));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        TlsValidaton, TlsValidation
        gvo,          gov
        zzzzz,        ''
        """)
    void onlyNearNamesAreSuggested(String wanted, String suggested) {
        assertEquals(suggested, Nearest.to(wanted, List.of("TlsValidation", "gov", "Default")).orElse(""));
    }
}
