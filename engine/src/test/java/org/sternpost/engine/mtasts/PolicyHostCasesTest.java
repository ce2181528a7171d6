package org.sternpost.engine.mtasts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;

/// Every case of the HTTPS fetch against a real server: its certificate, its words, its pace.
class PolicyHostCasesTest {

    private static final String NAME = "mta-sts.example.test";
    private static final Duration SHORT = Duration.ofMillis(500); // for hosts that never come to an end
    private static final Duration AMPLE = Patience.UNMET;
    private static final int ENDLESS_OCTETS = 64 << 20; // more than the buffers of a loopback connection take
    private static final Pattern REPEATED = Pattern.compile("(?s)(?<before>.*?)(?<what>'[^']*'|0x00) x (?<count>\\d+)"
            + "|(?<count2>\\d+) x (?<octet>0x00)");

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());

    @Test
    void answersOfPolicyHostsAsThePeersTakeThem() throws Exception { Vectors.run("mta-sts-fetch.json", this::differs); }

    private String differs(Vectors.Case one) throws Exception {
        String behaviour = one.fields().containsKey("behaviour") ? one.text("behaviour") : "";
        boolean endless = recipe(one).contains("stream") || recipe(one).contains("endless");
        try (var host = PolicyHost.start(identity(one).context(), "127.0.0.1",
                (asked, out) -> answer(one, behaviour, asked, out))) {
            var dns = new FakeResolver();
            if (!behaviour.equals("nxdomain"))
                for (String name : List.of(NAME, "mta-sts.xn--r8jz45g.test"))
                dns.a(name, "127.0.0.1");
            var fetch = new HttpsPolicyFetch(dns, ca.trusting(), new AddressGuard(true), host.port(),
                    behaviour.isEmpty() || behaviour.equals("truncate") ? AMPLE : SHORT, time);
            PolicyFetch.Fetched fetched = fetch.of(Domain.of("example.test"));
            String seen = fetched instanceof PolicyFetch.Fetched.Policy ? "valid" : "fetch-failure";
            if (!seen.equals(one.text("expected"))) return seen + ": " + fetched;
            if (endless && !host.wasCutShort()) return "the whole stream was read";
            if (one.fields().get("requests_expected") instanceof Long requests && host.asked().size() != requests)
                return host.asked().size() + " requests";
            return one.fields().containsKey("request") ? requestDiffers(one, fetch, host) : "";
        }
    }

    /// RFC 8461 §3.2 and §3.3: what is asked, of which name, also when the name is an internationalised one.
    private String requestDiffers(Vectors.Case one, HttpsPolicyFetch fetch, PolicyHost host) {
        var wanted = one.map("request");
        fetch.of(Domain.of("\u4f8b\u3048.test"));
        if (host.asked().size() != 2) return host.asked().toString();
        for (int i = 0; i < 2; i++) {
            var asked = host.asked().get(i);
            String name = i == 0 ? (String) wanted.get("host") : "mta-sts.xn--r8jz45g.test";
            // Not on port 443, so the port belongs into Host (RFC 9110 §7.2).
            if (!asked.line().equals(wanted.get("method") + " " + wanted.get("path") + " HTTP/1.1")
                    || !asked.field("Host").equals(name + ":" + host.port()) || !asked.sni().equals(name))
                return asked.toString();
        }
        return "";
    }

    private Certificates.Identity identity(Vectors.Case one) {
        String kind = one.fields().containsKey("tls_certificate") ? one.text("tls_certificate") : "good";
        return switch (kind) {
            case "good" -> ca.good(NAME, "mta-sts.xn--r8jz45g.test");
            case "self-signed" -> ca.selfSigned(NAME);
            case "other-name" -> ca.good("other.test");
            case "expired" -> ca.expired(NAME);
            case "wildcard-left-most" -> ca.good("*.example.test");
            case "cn-only" -> ca.commonNameOnly(NAME);
            case "partial-wildcard" -> ca.good("mta-*.example.test");
            case "provider-name" -> ca.good("mta-sts.provider.test");
            default -> throw new IllegalArgumentException("no certificate is '" + kind + "'");
        };
    }

    private void answer(Vectors.Case one, String behaviour, PolicyHost.Asked asked, OutputStream out)
            throws IOException, InterruptedException {
        if (behaviour.equals("hang")) {
            time.sleepUntil(time.instant().plus(AMPLE));
            return;
        }
        if (!asked.path().equals("/.well-known/mta-sts.txt")) { // whoever follows a redirect finds a good policy
            write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + one.text("body"));
            return;
        }
        String port = asked.field("Host").replaceFirst(".*:", "");
        String head = "HTTP/1.1 " + one.fields().get("status") + " As told\r\n"
                + (one.text("content_type") == null ? "" : "Content-Type: " + one.text("content_type") + "\r\n")
                + (one.fields().containsKey("location")
                        ? "Location: " + one.text("location").replace(".test/", ".test:" + port + "/") + "\r\n"
                        : "");
        if (one.text("body") == null && !REPEATED.matcher(recipe(one)).find()) {
            write(out, head + "\r\n");
            var block = new byte[16 * 1024];
            for (int sent = 0; sent < ENDLESS_OCTETS; sent += block.length)
                out.write(block);
            return;
        }
        byte[] body = body(one).getBytes(StandardCharsets.UTF_8);
        write(out, head + "Content-Length: " + (behaviour.equals("truncate") ? 1000 : body.length) + "\r\n\r\n");
        if (behaviour.equals("drip")) for (byte octet : body) {
            out.write(octet);
            out.flush();
            time.sleepUntil(time.instant().plusMillis(50));
        }
        else
            out.write(body);
        out.flush();
    }

    /// The body itself, or as its recipe says: `65538 x 0x00`, `'text ' x 4001`, `text + 'a' x 66560`.
    private static String body(Vectors.Case one) {
        if (one.text("body") != null) return one.text("body");
        var recipe = REPEATED.matcher(recipe(one));
        if (!recipe.find()) throw new IllegalArgumentException(recipe(one));
        if (recipe.group("octet") != null) return "\u0000".repeat(Integer.parseInt(recipe.group("count2")));
        String before = recipe.group("before").replace("\\n", "\n").replaceFirst(" \\+ $", "");
        return before + recipe.group("what").replace("'", "").repeat(Integer.parseInt(recipe.group("count")));
    }

    private static String recipe(Vectors.Case one) {
        return one.fields().containsKey("body_recipe") ? one.text("body_recipe") : "";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
