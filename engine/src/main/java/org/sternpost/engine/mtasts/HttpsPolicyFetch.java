package org.sternpost.engine.mtasts;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Kind;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.AddressLookup.HostAddresses;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.net.HttpReply;
import org.sternpost.engine.net.HttpsClient;
import org.sternpost.engine.net.HttpsClient.Certificates;
import org.sternpost.engine.net.HttpsClient.Outcome;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.time.TimeLimit;

/// Gets a policy by one GET over HTTPS (RFC 8461 §3.3).
public final class HttpsPolicyFetch implements PolicyFetch {

    /// The whole fetch, from DNS to the last octet (RFC 8461 §3.3).
    public static final Duration WHOLE_MAX = Duration.ofSeconds(60);

    private final AddressLookup addresses;
    private final HttpsClient https;
    private final Certificates trusted;
    private final int port;

    /// @param trusted whose trust manager verifies by PKIX to the configured store, and the name of the host
    /// @param port    443, or the lab's `mtaSts.httpsPort`
    /// @param whole   [#WHOLE_MAX]; shorter in tests
    public HttpsPolicyFetch(Resolver resolver, SSLContext trusted, AddressGuard guard, int port, Duration whole,
            Time time) {
        this(resolver, trusted, new HttpsClient(guard, whole, time), port);
    }

    /// By a client that others use too.
    public HttpsPolicyFetch(Resolver resolver, SSLContext trusted, HttpsClient https, int port) {
        this.addresses = new AddressLookup(resolver);
        this.https = https;
        this.trusted = new Certificates(trusted, true);
        this.port = port;
    }

    @Override
    public Fetched of(Domain domain) {
        TimeLimit limit = https.limit();
        Domain host;
        try {
            host = new Domain("mta-sts." + domain.ascii());
        } catch (IllegalArgumentException tooLong) {
            return new Fetched.Failed(Kind.Fetch, "mta-sts." + domain + " is too long for a name");
        }
        HostAddresses found = addresses.of(host, new ProofLog());
        if (found.failure().isPresent() || found.list().isEmpty())
            return new Fetched.Failed(
                    found.failure().filter(f -> f.kind().isOurs()).isPresent() ? Kind.Local : Kind.Fetch,
                    found.failure().map(f -> "addresses of " + host + ": " + f.why()).orElse(found.problem()));
        var get = new HttpsClient.Request("GET", host.ascii(), port, "/.well-known/mta-sts.txt",
                List.of("Accept: text/plain"), new byte[0], PolicyFile.FILE_OCTETS_MAX);
        return switch (https.ask(get, found.list(), trusted, limit)) {
            case Outcome.Replied(var reply) -> read(reply);
            case Outcome.Forbidden(var all) ->
                new Fetched.Failed(Kind.Fetch, host + " has only addresses of private networks " + all);
            case Outcome.Unreachable(var ours, var why) -> new Fetched.Failed(ours ? Kind.Local : Kind.Fetch, why);
            case Outcome.Uncertified(var why) -> new Fetched.Failed(Kind.WebPki, why);
            case Outcome.Broken(var why) -> new Fetched.Failed(Kind.Fetch, why);
        };
    }

    static Fetched read(HttpReply reply) {
        // RFC 8461 §3.3: status 200 alone; redirects are not followed.
        if (reply.status() != 200) return new Fetched.Failed(Kind.Fetch, "HTTP status " + reply.status() + ", not 200");
        String type = reply.field("content-type").orElse("").replaceFirst(";.*", "").strip();
        if (!type.equalsIgnoreCase("text/plain")) // RFC 8461 §3.2
            return new Fetched.Failed(Kind.Fetch, "Content-Type '" + type.replaceAll("[^ -~]", "?")
                    + "' is not text/plain");
        return switch (PolicyFile.of(reply.body())) {
            case PolicyFile.Valid(var policy, var body) -> new Fetched.Policy(policy, body);
            case PolicyFile.Invalid(var why) -> new Fetched.Failed(Kind.Invalid, why);
        };
    }
}
