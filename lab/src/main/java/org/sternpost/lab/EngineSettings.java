package org.sternpost.lab;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/// The settings file that points an engine at the lab. Its spans are short, so that retries and returned mail are seen
/// within one sitting.
final class EngineSettings {
    private EngineSettings() {}

    static String yaml(Lab lab, Path directory, int submissionPort) {
        return """
                # Written by `sternpost lab` at each start: an engine with these lives in the practice internet.
                hostName: %s
                dataDirectory: %s
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns:
                  servers: [%s]
                  timeout: 5s
                  validation: local
                  trustAnchors: %s
                  testSecureName: dane-ok.test
                  testBogusName: dane-expired-signature.test
                delivery:
                  smtpPort: %d
                  retryIntervals: [10s, 20s, 1m]
                  messageExpiration: 30m
                  delayNotice: 5m
                  allowLoopback: true
                tls:
                  trustedCertificates: [%s]
                mtaSts:
                  httpsPort: %d
                  allowPrivateAddresses: true
                readiness: # little, for one sitting
                  minMessages: 1
                  minDomains: 1
                  minDays: 0
                """.formatted(LabDomains.GATEWAY, quoted(directory.resolve("data")), submissionPort,
                quoted(lab.dnsServer()),
                quoted(lab.trustAnchors()), lab.smtpPort(), quoted(lab.caCertificate()), lab.httpsPort());
    }

    private static String quoted(InetSocketAddress address) {
        return "\"" + address.getAddress().getHostAddress() + ":" + address.getPort() + "\"";
    }

    private static String quoted(Path path) {
        return "\"" + path.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
