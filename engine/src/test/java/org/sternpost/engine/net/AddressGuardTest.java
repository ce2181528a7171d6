package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The edges of each special range (RFC 6890), also where IPv6 carries the IPv4 address inside.
class AddressGuardTest {

    private static boolean permits(String address) {
        return new AddressGuard(false).permits(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0.0.0.1,         false
            0.255.255.255,   false
            1.0.0.0,         true
            9.255.255.255,   true
            10.0.0.0,        false
            10.255.255.255,  false
            11.0.0.0,        true
            99.64.0.1,       true
            100.63.255.255,  true
            100.64.0.0,      false
            100.127.255.255, false
            100.128.0.0,     true
            101.64.0.1,      true
            126.255.255.255, true
            127.0.0.0,       false
            127.255.255.255, false
            128.0.0.0,       true
            168.254.0.1,     true
            169.253.255.255, true
            169.254.0.1,     false
            169.255.0.0,     true
            171.16.0.1,      true
            172.15.255.255,  true
            172.16.0.1,      false
            172.31.255.255,  false
            172.32.0.0,      true
            191.0.0.1,       true
            192.0.0.1,       false
            192.0.1.0,       true
            192.1.0.1,       true
            192.167.255.255, true
            192.168.0.1,     false
            192.169.0.1,     true
            193.168.0.1,     true
            197.18.0.1,      true
            198.17.255.255,  true
            198.18.0.1,      false
            198.19.255.255,  false
            198.20.0.0,      true
            223.255.255.255, true
            224.0.0.1,       false
            240.0.0.1,       false
            255.255.255.255, false
            """)
    void specialNetworksEndWhereTheyEnd(String address, boolean permitted) {
        assertEquals(permitted, permits(address), address);
        byte[] four = InetAddress.ofLiteral(address).getAddress();
        String hex = "%02x%02x:%02x%02x".formatted(four[0], four[1], four[2], four[3]);
        // RFC 3056 §2 and RFC 6052 §2.1: whoever dials these reaches the IPv4 address.
        assertEquals(permitted, permits("2002:" + hex + "::1"), "6to4");
        assertEquals(permitted, permits("64:ff9b::" + hex), "NAT64");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ::,               false
            ::1,              false
            fe80::1,          false
            fec0::1,          false
            fc00::1,          false
            fdff::1,          false
            ff02::1,          false
            2001:4860::8888,  true
            2a00:1450::1,     true
            """)
    void ownNetworksOfIpv6AreNotReached(String address, boolean permitted) {
        assertEquals(permitted, permits(address));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "10.0.0.1, true", "::1, true", "fd00::1, true", "0.0.0.0, false", "224.0.0.1, false",
            "ff02::1, false"})
    void labMayReachWhatIsPrivateButNothingThatIsNoHost(String address, boolean permitted) {
        assertEquals(permitted, new AddressGuard(true).permits(InetAddress.ofLiteral(address)));
    }
}
