package org.sternpost.engine.control.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Counts as files that other programs read.
class DeliveryRowsTest {

    private static final String FORMULA = "=HYPERLINK(\"http://x.example\",\"a, b\")";

    @Test
    void csvHasTheNamesOfTheColumnsAndRunsNothing() {
        String csv = DeliveryRows.csv(List.of(SamplePages.said(SamplePages.row("2026-11-23", "banks", FORMULA, "", 5, 1,
                0, 2), "-1+2;@x", "", "")));
        List<String> lines = csv.lines().toList();
        assertEquals("Day,Hour,Connector,Domain,Reason,Code,Delivered,Deferred,Failed,Notices,WouldHaveFailed,DelayP50,"
                + "DelayP95,DelayP99,Sentence,Remedy,Owner", lines.getFirst());
        assertEquals("2026-11-23,,banks,\"'=HYPERLINK(\"\"http://x.example\"\",\"\"a, b\"\")\",,,5,1,0,0,2,0.84,4,1020,"
                + "'-1+2;'@x,,", lines.get(1));
    }

    @Test
    void jsonIsReadBackAsItWasCounted() {
        String json = DeliveryRows.json(List.of(SamplePages.row("", SamplePages.HOSTILE, "a\\b", "", 0, 1, 0, 2)));
        var text = new StringBuilder();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken())
                text.append(token == JsonToken.PROPERTY_NAME ? parser.getString() + "=" : parser.getString())
                        .append(' ');
        }
        assertEquals("[ { day=  hour=  connector= <script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
                + "\\u202egnp.exe\\x07 domain= a\\b reason=  code=  delivered= 0 deferred= 1 failed= 0 notices= 0 "
                + "wouldHaveFailed= 2 delayP50Seconds= null delayP95Seconds= null delayP99Seconds= null sentence=  "
                + "remedy=  owner=  } ] ", text.toString());
        assertFalse(json.contains("\u202e"));
        assertEquals("[\n\n]\n", DeliveryRows.json(List.of()));
    }
}
