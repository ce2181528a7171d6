package org.sternpost.engine.trust;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.time.SimTime;

/// What a route must prove, judged from answers that memory has: signed MX, address and TLSA records of one host.
@State(Scope.Benchmark)
public class VerdictBenchmark {

    private final FakeResolver dns = new FakeResolver();
    private final StsLookup sts = new StsLookup.None("example.org publishes no MTA-STS policy", List.of());
    private final TrustJudge judge = new TrustJudge(dns, (_, _) -> sts, new SimTime(), 25);
    private final OutboundConnector connector = SampleConnector.insisting(SmtpDaneMode.Opportunistic,
            MtaStsMode.Opportunistic);
    private final Domain domain = Domain.of("example.org");

    public VerdictBenchmark() {
        dns.signed("example.org").mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", "3 1 1 " + "ab".repeat(32));
    }

    @Benchmark
    public JudgedRoute verdict() { return judge.judge(connector, TlsValidation.Enabled, domain); }
}
