package org.sternpost.engine.alert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.net.HttpsClient;
import org.sternpost.engine.time.Time;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// Posts alerts as JSON to an address that the administrator gave. What an answer says does not matter, but for its
/// status; one that is lost may have arrived, and is posted again with the same identities.
///
/// Of the address the host alone is ever written to a log: its path may be a secret.
final class Webhook implements AlertChannel {

    static final Duration WHOLE = Duration.ofSeconds(10); // of one exchange
    static final Duration PAUSE_MAX = Duration.ofHours(1); // between two tries; the first are a minute apart
    static final Duration GIVEN_UP = Duration.ofDays(1); // after it began or was over

    private static final int HTTPS_PORT = 443;
    private static final System.Logger LOG = System.getLogger(Webhook.class.getName());
    private static final JsonFactory JSON = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final URI target;
    private final String gateway;
    private final AddressLookup addresses;
    private final HttpsClient https;
    private final HttpsClient.Certificates trusted;
    private final Time time;
    private @Nullable Instant next;
    private Duration pause = Alerts.PAUSE;

    /// @param gateway our own name
    Webhook(URI target, String gateway, Resolver resolver, SSLContext trusted, Time time) {
        this.target = target;
        this.gateway = gateway;
        this.addresses = new AddressLookup(resolver);
        // Of our own networks too: no stranger has chosen it.
        this.https = new HttpsClient(new AddressGuard(true), WHOLE, time);
        this.trusted = new HttpsClient.Certificates(trusted, true);
        this.time = time;
    }

    @Override
    public Way way() { return Way.Webhook; }

    @Override
    public void tell(List<Alert> untold, AlertTable table) throws IOException {
        Instant now = time.steady();
        if (next != null && now.isBefore(next)) return;
        String failure = post(untold);
        if (failure.isEmpty()) {
            pause = Alerts.PAUSE;
            next = null;
            table.tell(way(), untold);
            return;
        }
        Instant old = time.instant().minus(GIVEN_UP);
        List<Alert> given = untold.stream().filter(one -> one.cleared().orElse(one.since()).isBefore(old)).toList();
        if (!given.isEmpty()) table.tell(way(), given);
        LOG.log(System.Logger.Level.WARNING, "event=alert-not-posted host={0} alerts={1} given-up={2} why=\"{3}\" "
                + "again-in={4}", target.getHost(), Integer.toString(untold.size()), Integer.toString(given.size()),
                failure, pause);
        next = now.plus(pause);
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
    }

    /// @return empty text if it has arrived; else why it has not, without the address
    private String post(List<Alert> untold) {
        List<InetAddress> found;
        try {
            found = addresses(target.getHost());
        } catch (IOException unknown) {
            return String.valueOf(unknown.getMessage());
        }
        String path = target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        var request = new HttpsClient.Request("POST", target.getHost(),
                target.getPort() < 0 ? HTTPS_PORT : target.getPort(),
                target.getRawQuery() == null ? path : path + "?" + target.getRawQuery(),
                List.of("Content-Type: application/json"), json(untold), 0);
        return switch (https.ask(request, found, trusted, https.limit())) {
            case HttpsClient.Outcome.Replied(var reply) when reply.status() >= 200 && reply.status() < 300 -> "";
            case HttpsClient.Outcome.Replied(var reply) -> "HTTP status " + reply.status();
            case HttpsClient.Outcome.Forbidden _ -> "it has no address that a host may have";
            case HttpsClient.Outcome.Unreachable(_, var why) -> why;
            case HttpsClient.Outcome.Uncertified(var why) -> "its certificate is not good: " + why;
            case HttpsClient.Outcome.Broken(var why) -> why;
        };
    }

    private List<InetAddress> addresses(String host) throws IOException {
        try {
            if (HttpsClient.isAddress(host)) return List.of(InetAddress.ofLiteral(host));
            var found = addresses.of(Domain.of(host), new ProofLog());
            if (found.list().isEmpty()) throw new IOException(found.problem());
            return found.list();
        } catch (IllegalArgumentException bad) {
            throw new IOException(bad.getMessage(), bad);
        }
    }

    /// ASCII throughout, whatever strangers chose.
    byte[] json(List<Alert> untold) {
        var octets = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), octets)) {
            json.writeStartObject();
            json.writeStringProperty("gateway", gateway);
            json.writeArrayPropertyStart("alerts");
            for (Alert one : untold) {
                json.writeStartObject();
                json.writeStringProperty("identity", one.identity());
                json.writeStringProperty("event", AlertWords.event(one));
                json.writeStringProperty("kind", one.kind().name());
                json.writeStringProperty("connector", one.subject().connector());
                json.writeStringProperty("domain", one.subject().domain());
                json.writeStringProperty("name", one.subject().name());
                json.writeStringProperty("since", one.since().toString());
                if (one.cleared().isPresent())
                    json.writeStringProperty("clearedAt", one.cleared().get().toString());
                json.writeStringProperty("why", one.words().why());
                json.writeStringProperty("remedy", one.words().remedy());
                json.writeStringProperty("owner", one.words().owner().words());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return octets.toByteArray();
    }
}
