package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnNameTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            relay.example.org,       ''
            Relay.Example.ORG,       ''
            xn--bcher-kva.example,   ''
            a1.2b.example,           ''
            relay,                   is no fully qualified name
            localhost,               is no fully qualified name
            localhost.localdomain,   is no fully qualified name
            relay.local,             is no fully qualified name
            mail_relay.example.org,  'has an underscore, which no host name has'
            192.0.2.1,               'is an address, not a name'
            [192.0.2.1],             'is an address, not a name'
            [IPv6:2001:db8::1],      'is an address, not a name'
            2001:db8::1,             'is an address, not a name'
            relay.example.1,         'ends in a number, which no domain does'
            """)
    void whatHostsOutThereRefuseIsSaid(String name, String fault) {
        assertEquals(fault, OwnName.fault(name).orElse(""));
    }
}
