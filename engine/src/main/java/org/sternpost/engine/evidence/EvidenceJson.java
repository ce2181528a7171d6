package org.sternpost.engine.evidence;

import java.io.StringWriter;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.evidence.HostEvidence.Findings;
import org.sternpost.engine.evidence.HostEvidence.ModeVerdict;
import org.sternpost.engine.evidence.HostEvidence.Modes;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.tls.SessionProofs.SessionFacts.CertificateFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts.LookedUp;
import org.sternpost.engine.trust.HostFacts.StsFacts;
import org.sternpost.engine.trust.Reason;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The parts of evidence that have no column of their own, as one canonical JSON text: equal evidence, equal text.
final class EvidenceJson {

    private static final JsonFactory JSON = new JsonFactory();

    private EvidenceJson() {}

    static String of(HostEvidence evidence) {
        HostFacts facts = evidence.host().facts();
        var root = new LinkedHashMap<String, Object>();
        root.put("mx", facts.mxStatus().name());
        root.put("mxSet", facts.mx().stream().map(MxHost::toString).toList());
        root.put("addresses", facts.addresses().stream().map(InetAddress::getHostAddress).toList());
        root.put("stsRecord", facts.stsRecord());
        root.put("address", facts.addressStatus().name());
        facts.tlsaBase().ifPresent(base -> root.put("tlsaBase", base.ascii()));
        root.put("tlsaStatus", facts.tlsaStatus().name());
        root.put("tlsa", facts.tlsa().stream().map(EvidenceJson::tlsa).toList());
        root.put("dane", facts.dane());
        root.put("mtaSts", facts.mtaSts());
        facts.sts().ifPresent(sts -> root.put("sts", sts(sts)));
        root.put("notes", facts.notes().stream().map(EvidenceJson::failure).toList());
        evidence.session().tls().ifPresent(tls -> root.put("session", session(tls)));
        root.put("pkix", evidence.session().pkix());
        root.put("byDane", finding(evidence.findings().dane()));
        root.put("bySts", finding(evidence.findings().sts()));
        Modes modes = evidence.modes();
        root.put("shadows", Stream.of(modes.opportunistic(), modes.enabled(), modes.mandatory())
                .map(EvidenceJson::verdict).toList());
        var text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(out, root);
        }
        return text.toString();
    }

    static Read read(String text) {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), text)) {
            in.nextToken();
            return new Read(map(value(in)));
        }
    }

    /// The parts, read back.
    record Read(Map<String, Object> root) {

        HostFacts facts() {
            var sts = Optional.ofNullable(root.get("sts")).map(EvidenceJson::map).map(m -> new StsFacts(
                    new Domain(text(m, "domain")), text(m, "id"), Policy.Mode.of(text(m, "mode")),
                    Instant.parse(text(m, "fetched")),
                    texts(m, "mx").stream().map(MxPattern::of).toList(), m.containsKey("maxAge")
                            ? OptionalLong.of(Long.parseLong(text(m, "maxAge")))
                            : OptionalLong.empty()));
            return new HostFacts(new LookedUp<>(DnsStatus.valueOf(text(root, "mx")),
                    texts(root, "mxSet").stream().map(MxHost::of).toList()),
                    new LookedUp<>(DnsStatus.valueOf(text(root, "address")),
                            texts(root, "addresses").stream().map(InetAddress::ofLiteral).toList()),
                    Optional.ofNullable((String) root.get("tlsaBase")).map(Domain::new),
                    DnsStatus.valueOf(text(root, "tlsaStatus")),
                    list(root, "tlsa").stream().map(EvidenceJson::judged).toList(), text(root, "dane"),
                    text(root, "mtaSts"), text(root, "stsRecord"), sts,
                    list(root, "notes").stream().map(EvidenceJson::map).map(EvidenceJson::failure).toList());
        }

        Optional<SessionFacts> session() {
            return Optional.ofNullable(root.get("session")).map(EvidenceJson::map).map(m -> new SessionFacts(
                    text(m, "protocol"), text(m, "cipher"), text(m, "group"), text(m, "sni"),
                    m.containsKey("resumed"),
                    list(m, "chain").stream().map(EvidenceJson::map).map(EvidenceJson::certificate).toList(),
                    m.containsKey("signature")
                            ? new SessionFacts.Authenticity(text(m, "signature"), !m.containsKey("unanchored"))
                            : SessionFacts.Authenticity.UNTOLD));
        }

        String pkix() { return text(root, "pkix"); }

        Findings findings() { return new Findings(finding(map(root.get("byDane"))), finding(map(root.get("bySts")))); }

        Modes modes() { return new Modes(shadow(0), shadow(1), shadow(2)); }

        /// Rows of before know no third verdict: what was not seen counted as a pass there, or as a fault.
        private ModeVerdict shadow(int index) {
            var shadow = map(list(root, "shadows").get(index));
            if (shadow.containsKey("notJudged")) return new ModeVerdict.NotJudged(text(shadow, "notJudged"));
            return shadow.isEmpty() ? new ModeVerdict.Passes() : new ModeVerdict.Refuses(failure(shadow));
        }
    }

    private static Map<String, Object> tlsa(Judged one) {
        var map = new LinkedHashMap<String, Object>(); // evidence that is the same is the same text
        map.put("record", one.record().toString());
        map.put("unusable", one.unusable().orElse(""));
        return map;
    }

    /// What it was judged to be then, whatever this engine would say of it now.
    private static Judged judged(Object kept) {
        return new Judged(Tlsa.of(text(map(kept), "record")),
                Optional.of(text(map(kept), "unusable")).filter(why -> !why.isEmpty()));
    }

    private static Map<String, Object> verdict(ModeVerdict verdict) {
        return switch (verdict) {
            case ModeVerdict.Passes() -> Map.of();
            case ModeVerdict.Refuses(var why) -> failure(why);
            case ModeVerdict.NotJudged(var why) -> Map.of("notJudged", why);
        };
    }

    private static Map<String, Object> finding(Finding finding) {
        return switch (finding) {
            case Finding.Holds(var what) -> Map.of("holds", what);
            case Finding.Fails(var why) -> Map.of("fails", failure(why));
            case Finding.NotJudged(var why) -> Map.of("notJudged", why);
        };
    }

    private static Finding finding(Map<String, Object> map) {
        if (map.containsKey("fails")) return new Finding.Fails(failure(map(map.get("fails"))));
        return map.containsKey("holds")
                ? new Finding.Holds(text(map, "holds"))
                : new Finding.NotJudged(text(map, "notJudged"));
    }

    private static Map<String, Object> sts(StsFacts sts) {
        var map = new LinkedHashMap<String, Object>();
        map.put("domain", sts.policyDomain().ascii());
        map.put("id", sts.id());
        map.put("mode", sts.mode().word());
        map.put("fetched", sts.fetched().toString());
        map.put("mx", sts.mx().stream().map(MxPattern::toString).toList());
        sts.maxAge().ifPresent(seconds -> map.put("maxAge", seconds));
        return map;
    }

    private static Map<String, Object> failure(Failure failure) {
        var map = new LinkedHashMap<String, Object>();
        map.put("reason", failure.reason().name());
        if (failure.owner() != failure.reason().owner()) map.put("owner", failure.owner().name());
        map.put("sentence", failure.sentence());
        map.put("remedy", failure.remedy());
        return map;
    }

    private static Failure failure(Map<String, Object> map) {
        Reason reason = Reason.valueOf(text(map, "reason"));
        Reason.Owner owner = map.containsKey("owner") ? Reason.Owner.valueOf(text(map, "owner")) : reason.owner();
        return new Failure(reason, owner, text(map, "sentence"), text(map, "remedy"));
    }

    private static Map<String, Object> session(SessionFacts session) {
        var map = new LinkedHashMap<String, Object>();
        map.put("protocol", session.protocol());
        map.put("cipher", session.cipher());
        map.put("group", session.group());
        map.put("sni", session.sni());
        if (session.resumed()) map.put("resumed", "yes");
        map.put("chain", session.chain().stream().map(EvidenceJson::certificate).toList());
        map.put("signature", session.proof().signature());
        if (!session.proof().anchored()) map.put("unanchored", "yes");
        return map;
    }

    private static Map<String, Object> certificate(CertificateFacts one) {
        var map = new LinkedHashMap<String, Object>();
        map.put("subject", one.subject());
        map.put("issuer", one.issuer());
        map.put("names", one.names());
        map.put("notBefore", one.notBefore().toString());
        map.put("notAfter", one.notAfter().toString());
        map.put("sha256", one.sha256());
        map.put("spki", one.spkiSha256());
        map.put("key", one.key().algorithm());
        map.put("bits", Integer.toString(one.key().bits()));
        map.put("signedBy", one.key().signature());
        return map;
    }

    private static CertificateFacts certificate(Map<String, Object> map) {
        return new CertificateFacts(text(map, "subject"), text(map, "issuer"), texts(map, "names"),
                Instant.parse(text(map, "notBefore")), Instant.parse(text(map, "notAfter")), text(map, "sha256"),
                text(map, "spki"), map.containsKey("key")
                        ? new SessionFacts.Key(text(map, "key"), Integer.parseInt(text(map, "bits")),
                                text(map, "signedBy"))
                        : SessionFacts.Key.UNTOLD);
    }

    private static void write(JsonGenerator out, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                out.writeStartObject();
                // Sorted, so that an unordered map makes no difference to the text.
                map.entrySet().stream().sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
                        .forEach(entry -> {
                            out.writeName(entry.getKey().toString());
                            write(out, entry.getValue());
                        });
                out.writeEndObject();
            }
            case List<?> list -> {
                out.writeStartArray();
                list.forEach(element -> write(out, element));
                out.writeEndArray();
            }
            default -> out.writeString(value.toString());
        }
    }

    private static Object value(JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    map.put(name, value(in));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (in.nextToken() != JsonToken.END_ARRAY)
                    list.add(value(in));
                yield list;
            }
            default -> in.getString();
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static List<?> list(Map<String, Object> map, String name) {
        return map.get(name) instanceof List<?> list ? list : List.of();
    }

    private static List<String> texts(Map<String, Object> map, String name) {
        return list(map, name).stream().map(String::valueOf).toList();
    }

    private static String text(Map<String, Object> map, String name) {
        return String.valueOf(map.getOrDefault(name, ""));
    }
}
