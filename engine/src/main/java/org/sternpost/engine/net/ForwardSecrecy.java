package org.sternpost.engine.net;

import java.util.Arrays;

/// Which suites of TLS keep past sessions secret when a key is stolen later.
public final class ForwardSecrecy {

    /// How the names of the others begin. RFC 9325 §4.2.1: a last resort, before clear text.
    public static final String RSA_KEY_EXCHANGE = "TLS_RSA_";

    private ForwardSecrecy() {}

    /// Those of them that do.
    public static String[] of(String[] suites) {
        return Arrays.stream(suites).filter(suite -> !suite.startsWith(RSA_KEY_EXCHANGE)).toArray(String[]::new);
    }
}
