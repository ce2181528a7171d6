package org.sternpost.engine.evidence;

import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionFacts;
import org.sternpost.engine.tls.SessionFacts.CertificateFacts;
import org.sternpost.engine.trust.DnsStatus;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Evidence as JSON text: always the same members in the same order, and nothing that changes from message to message.
///
/// Left out, because an occurrence keeps them: the time, the age of the policy, delivered, and the peer's last words.
final class EvidenceJson {

    private static final JsonFactory JSON = new JsonFactory();

    private EvidenceJson() {}

    static String write(HostEvidence it) {
        var text = new StringWriter();
        try (JsonGenerator to = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            value(to, body(it));
        }
        return text.toString();
    }

    /// Puts a body and the parts that its occurrence keeps together again.
    static HostEvidence read(String json, Instant at, long policyAge, boolean delivered, String result) {
        try (JsonParser from = JSON.createParser(ObjectReadContext.empty(), json)) {
            from.nextToken();
            return evidence(Tree.of(tree(from)), at, policyAge, delivered, result);
        }
    }

    private static Map<String, Object> body(HostEvidence it) {
        var to = new LinkedHashMap<String, Object>();
        to.put("connector", it.connector());
        to.put("revision", it.connectorRevision());
        to.put("mode", it.mode().name());
        to.put("pass", it.pass());
        to.put("domain", it.recipientDomain().ascii());
        to.put("host", it.host().ascii());
        to.put("address", it.address());
        to.put("preference", it.preference());
        to.put("facts", facts(it.facts()));
        it.session().ifPresent(session -> to.put("session", session(session)));
        to.put("pkix", it.pkix());
        to.put("achieved", it.achieved().name());
        to.put("required", it.required().name());
        it.opportunistic().ifPresent(why -> to.put("opportunistic", failure(why)));
        it.enabled().ifPresent(why -> to.put("enabled", failure(why)));
        it.mandatory().ifPresent(why -> to.put("mandatory", failure(why)));
        return to;
    }

    private static Map<String, Object> facts(HostFacts facts) {
        var to = new LinkedHashMap<String, Object>();
        to.put("mx", facts.mxStatus().name());
        to.put("addresses", facts.addressStatus().name());
        facts.tlsaBase().ifPresent(base -> to.put("tlsaBase", base));
        to.put("tlsaStatus", facts.tlsaStatus().name());
        to.put("tlsa", facts.tlsa());
        to.put("dane", facts.dane());
        to.put("mtaSts", facts.mtaSts());
        facts.sts().ifPresent(sts -> to.put("sts", Map.of("of", List.of(sts.policyDomain(), sts.id(), sts.mode()),
                "mx", sts.mx())));
        to.put("notes", facts.notes().stream().map(EvidenceJson::failure).toList());
        return to;
    }

    private static Map<String, Object> session(SessionFacts session) {
        var to = new LinkedHashMap<String, Object>();
        to.put("protocol", session.protocol());
        to.put("cipher", session.cipher());
        to.put("group", session.group());
        to.put("sni", session.sni());
        to.put("chain", session.chain().stream().map(EvidenceJson::certificate).toList());
        return to;
    }

    private static Map<String, Object> certificate(CertificateFacts one) {
        var to = new LinkedHashMap<String, Object>();
        to.put("subject", one.subject());
        to.put("issuer", one.issuer());
        to.put("names", one.names());
        to.put("from", one.notBefore().toString());
        to.put("until", one.notAfter().toString());
        to.put("sha256", one.sha256());
        to.put("spki", one.spkiSha256());
        return to;
    }

    private static List<String> failure(Failure why) {
        return List.of(why.reason().name(), why.sentence(), why.remedy());
    }

    private static void value(JsonGenerator to, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                to.writeStartObject();
                // Sorted where the map is not ours, so that equal evidence is equal text.
                var names = map instanceof LinkedHashMap<?, ?> ? map.keySet().stream() : map.keySet().stream().sorted();
                names.forEach(name -> {
                    to.writeName(String.valueOf(name));
                    value(to, map.get(name));
                });
                to.writeEndObject();
            }
            case List<?> list -> {
                to.writeStartArray();
                list.forEach(one -> value(to, one));
                to.writeEndArray();
            }
            case Number number -> to.writeNumber(number.longValue());
            default -> to.writeString(String.valueOf(value));
        }
    }

    private static Object tree(JsonParser from) {
        return switch (from.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (from.nextToken() != JsonToken.END_OBJECT) {
                    String name = from.currentName();
                    from.nextToken();
                    map.put(name, tree(from));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (from.nextToken() != JsonToken.END_ARRAY)
                    list.add(tree(from));
                yield list;
            }
            case VALUE_NUMBER_INT -> from.getLongValue();
            default -> from.getString();
        };
    }

    private static HostEvidence evidence(Tree it, Instant at, long policyAge, boolean delivered, String result) {
        return new HostEvidence(at, it.text("connector"), it.number("revision"),
                TlsValidation.valueOf(it.text("mode")), (int) it.number("pass"), new Domain(it.text("domain")),
                new Domain(it.text("host")), it.text("address"), (int) it.number("preference"),
                facts(it.child("facts").orElseThrow(), policyAge), it.child("session").map(EvidenceJson::session),
                it.text("pkix"), Level.valueOf(it.text("achieved")), Level.valueOf(it.text("required")),
                it.failure("opportunistic"), it.failure("enabled"), it.failure("mandatory"), delivered, result);
    }

    private static HostFacts facts(Tree it, long policyAge) {
        return new HostFacts(DnsStatus.valueOf(it.text("mx")), DnsStatus.valueOf(it.text("addresses")),
                Optional.of(it.text("tlsaBase")).filter(base -> !base.isEmpty()),
                DnsStatus.valueOf(it.text("tlsaStatus")), it.texts("tlsa"), it.text("dane"), it.text("mtaSts"),
                it.child("sts").map(sts -> new HostFacts.StsFacts(sts.texts("of").get(0), sts.texts("of").get(1),
                        sts.texts("of").get(2), policyAge, sts.texts("mx"))),
                it.list("notes").stream().map(Tree::failureOf).toList());
    }

    private static SessionFacts session(Tree it) {
        return new SessionFacts(it.text("protocol"), it.text("cipher"), it.text("group"), it.text("sni"),
                it.list("chain").stream().map(Tree::of).map(one -> new CertificateFacts(one.text("subject"),
                        one.text("issuer"), one.texts("names"), Instant.parse(one.text("from")),
                        Instant.parse(one.text("until")), one.text("sha256"), one.text("spki"))).toList());
    }

    /// Members by name; what is missing is empty.
    private record Tree(Map<?, ?> members) {

        static Tree of(Object value) { return new Tree(value instanceof Map<?, ?> map ? map : Map.of()); }

        Optional<Object> get(String name) { return Optional.ofNullable(members.get(name)); }

        String text(String name) { return get(name).map(String::valueOf).orElse(""); }

        long number(String name) { return get(name).filter(Long.class::isInstance).map(Long.class::cast).orElse(0L); }

        Optional<Tree> child(String name) { return get(name).map(Tree::of); }

        List<?> list(String name) { return get(name).orElse(List.of()) instanceof List<?> list ? list : List.of(); }

        List<String> texts(String name) { return list(name).stream().<String>map(String::valueOf).toList(); }

        Optional<Failure> failure(String name) { return get(name).map(Tree::failureOf); }

        static Failure failureOf(Object value) {
            var parts = (List<?>) value;
            return new Failure(Reason.valueOf(String.valueOf(parts.get(0))), String.valueOf(parts.get(1)),
                    String.valueOf(parts.get(2)));
        }
    }
}
