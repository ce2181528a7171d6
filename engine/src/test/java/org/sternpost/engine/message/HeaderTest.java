package org.sternpost.engine.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderTest {

    /// RFC 8689 §3: one field, one value; `~` stands for a line end, `_` for a blank of Unicode.
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            TLS-Required: No|true
            tls-required:NO|true
            TLS-Required: \tno \t|true
            TLS-Required:~ No|true
            TLS-Required : No|true
            Subject: x~TLS-Required: No~To: b|true
            TLS-Required: No~TLS-Required: No|false
            TLS-Required: No~tls-required: Yes|false
            TLS-Required: Yes~TLS-Required: No|false
            TLS-Required:|false
            TLS-Required: Yes|false
            TLS-Required: No, really|false
            TLS-Required: No (comment)|false
            TLS-Required: N~ o|false
            TLS-Required: "No"|false
            TLS-Required: No_|false
            TLS-Required: =?utf-8?Q?No?=|false
            X-TLS-Required: No|false
            TLS-Required No|false
            TLS-Requíred: No|false
            Subject: TLS-Required: No|false
            Subject: x~ TLS-Required: No|false
            Subject: x~~TLS-Required: No|false
            """)
    void tlsIsNotRequiredWhereOneFieldSaysNo(String fields, boolean notRequired) {
        String text = fields.replace("~", "\r\n").replace("_", "\u2003") + "\r\n\r\nTLS-Required: No\r\n";
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(notRequired, Header.of(octets).tlsNotRequired(), text);
    }
}
