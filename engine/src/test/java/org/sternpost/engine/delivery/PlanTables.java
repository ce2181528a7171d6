package org.sternpost.engine.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.delivery.PlanWorld.Shows;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.RequireTls;

/// What `docs/transport-security.md` says of a delivery, told a second time: by tables over all places at once, where
/// the plan goes step by step. Shares no line with it.
final class PlanTables {

    /// What is known of one host at one address, or of a host that is not called.
    ///
    /// @param code   under which mail waits for it
    /// @param level  where it takes the mail
    private record Place(Domain host, String address, String code, Optional<Reason> reason, Optional<String> level,
            boolean refused, boolean silent, boolean crowded, boolean busy, boolean lasting) {

        static Place takes(Domain host, String address, String level) {
            return new Place(host, address, "", Optional.empty(), Optional.of(level), false, false, false, false,
                    false);
        }

        static Place refuses(Domain host, String address, Reason why, boolean lasting) {
            return new Place(host, address, why.waitingCode(), Optional.of(why), Optional.empty(), true, false, false,
                    false, lasting);
        }

        static Place trouble(Domain host, String code, Optional<Reason> ours) {
            return new Place(host, "", code, ours, Optional.empty(), false, false, false, false, false);
        }

        Place silent(boolean busy) {
            return new Place(host, address, code, reason, level, false, true, false, busy, false);
        }

        Place crowding() { return new Place(host, address, code, reason, level, false, false, true, false, false); }

        /// Where we could not know, then what is refused, then what is down, then what only we cannot reach.
        int weight() { return reason.map(why -> why == Reason.LOCAL_NETWORK ? 3 : why.isLocal() ? 0 : 1).orElse(2); }
    }

    private final PlanWorld world;

    PlanTables(PlanWorld world) { this.world = world; }

    /// `Delivers mx0.example.org 127.9.0.1:25 Dane`, `Waits 4.7.324 mx0.example.org Answered`, `Returns 5.1.10`.
    String expected() {
        var terms = world.terms;
        return switch (world.route) {
            case JudgedRoute.Impossible never -> "Returns " + never.code();
            case JudgedRoute.Unknown(var why) -> "Waits " + (terms.requireTls()
                    ? (terms.mode() == DeliveryMode.Enabled ? why : RequireTls.refusal(why)).reason().waitingCode()
                    : terms.mode() == DeliveryMode.Disabled && !why.isLocal() ? "4.4.3" : why.reason().waitingCode())
                    + "  " + (why.isLocal() ? "Silent" : "Answered");
            case JudgedRoute.Hosts hosts -> {
                List<Place> first = new ArrayList<>();
                boolean looks = terms.mode() != DeliveryMode.Disabled || terms.requireTls();
                for (HostJudgement host : hosts.hosts())
                    first.addAll(looks ? strict(host, hosts.routeProblem()) : places(host, new TlsVerdict.None()));
                var takes = first.stream().filter(place -> place.level().isPresent()).findFirst();
                if (takes.isPresent()) yield delivers(takes.get(), Optional.empty());
                boolean relaxes = terms.mode() == DeliveryMode.Opportunistic && !terms.requireTls()
                        && first.stream().anyMatch(Place::refused);
                if (!relaxes) yield waits(first);
                var second = new ArrayList<Place>();
                for (HostJudgement host : hosts.hosts())
                    if (first.stream().anyMatch(place -> place.refused() && place.host().equals(host.host())))
                        second.addAll(places(host, new TlsVerdict.None()));
                var late = second.stream().filter(place -> place.level().isPresent()).findFirst();
                yield late.isPresent() ? delivers(late.get(), told(first).reason()) : waits(second);
            }
        };
    }

    private static String delivers(Place place, Optional<Reason> despite) {
        return "Delivers " + place.host() + " " + place.address() + " " + place.level().orElseThrow()
                + despite.map(why -> " despite " + why).orElse("");
    }

    private String waits(List<Place> places) {
        Place told = told(places);
        // Of what a sender's wish and the mode refuse, the tables do not say in whose words it is told.
        String waits = "Waits " + (world.terms.requireTls() ? "" : told.code() + " " + told.host() + " ");
        if (places.stream().anyMatch(Place::crowded)) return waits + "Crowded";
        if (places.stream().anyMatch(Place::busy)) return waits + "Busy";
        if (places.stream().allMatch(Place::silent)) return waits + "Silent";
        boolean never = places.stream().anyMatch(Place::lasting) && places.stream()
                .allMatch(place -> place.lasting() || place.reason().equals(Optional.of(Reason.LOCAL_NETWORK))
                        && places.stream().anyMatch(other -> other.lasting() && other.host().equals(place.host())));
        if (never) return "Returns 5.7";
        return waits + "Answered";
    }

    private static Place told(List<Place> places) {
        Place told = places.getFirst();
        for (Place place : places)
            if (place.weight() < told.weight()) told = place;
        return told;
    }

    private List<Place> strict(HostJudgement host, List<Failure> routeProblem) {
        var terms = world.terms;
        boolean never = terms.requireTls()
                && RequireTls.neverProven(host, terms.domain(), terms.connector().tls().tlsSettings()).isPresent();
        if (!routeProblem.isEmpty())
            return List.of(Place.refuses(host.host(), "", routeProblem.getFirst().reason(), never));
        if (host.enabled() instanceof TlsVerdict.Refused(var why))
            return List.of(Place.refuses(host.host(), "", why.reason(), never));
        if (terms.requireTls()) {
            var unproven = RequireTls.unproven(host, terms.domain(), terms.connector().tls().tlsSettings());
            if (unproven.isPresent())
                return List.of(Place.refuses(host.host(), "", unproven.get().reason(), never));
        }
        return places(host, host.enabled());
    }

    private List<Place> places(HostJudgement host, TlsVerdict verdict) {
        if (host.addresses().isEmpty()) return List.of(Place.trouble(host.host(), "4.4.4", Optional.empty()));
        var own = Requirement.of(world.terms.connector(), host.host(), verdict);
        var asked = world.terms.requireTls() ? own.requiringTls() : own;
        var places = new ArrayList<Place>();
        for (InetAddress address : host.addresses())
            if (places.size() < 6) places.add(place(host, new InetSocketAddress(address, host.port()), asked));
        return places;
    }

    private Place place(HostJudgement judged, InetSocketAddress peer, Requirement asked) {
        Domain host = judged.host();
        Shows shows = world.shows.get(peer);
        String at = peer.getAddress().getHostAddress() + ":25";
        boolean goesClear = !asked.needsTls() && world.terms.clearText();
        return switch (shows) {
            case SILENT -> Place.trouble(host, "4.4.2", Optional.empty()).silent(false);
            case BUSY -> Place.trouble(host, "4.4.1", Optional.empty()).silent(true);
            case CROWDED -> Place.trouble(host, "4.3.2", Optional.empty()).crowding();
            case UNWILLING -> Place.trouble(host, "4.7.1", Optional.empty());
            case NO_WAY -> Place.trouble(host, "4.3.0", Optional.of(Reason.LOCAL_NETWORK)).silent(false);
            case NO_STARTTLS -> asked.needsTls()
                    ? Place.refuses(host, at, Reason.STARTTLS_NOT_SUPPORTED, world.terms.requireTls())
                    : Place.takes(host, at, "Plaintext");
            case REFUSES_LATER, REFUSES_FOR_GOOD, LEAVES -> asked.needsTls()
                    ? Place.refuses(host, at, Reason.STARTTLS_NOT_SUPPORTED,
                            world.terms.requireTls() && shows == Shows.REFUSES_FOR_GOOD)
                    : goesClear ? Place.takes(host, at, "Plaintext") : Place.trouble(host, "4.7.5", Optional.empty());
            case BREAKS, OUR_LIMIT -> {
                Reason why = shows == Shows.BREAKS ? Reason.VALIDATION_FAILURE : Reason.LOCAL_TLS;
                yield asked.needsTls()
                        ? Place.refuses(host, at, why, false)
                        : goesClear
                                ? Place.takes(host, at, "Plaintext")
                                : Place.trouble(host, why.waitingCode(), Optional.of(why).filter(Reason::isLocal));
            }
            case DANE, PKIX, BOTH, NEITHER, BY_NAME, OUR_LIBRARY -> encrypted(judged, shows, at, asked);
        };
    }

    private Place encrypted(HostJudgement judged, Shows shows, String at, Requirement asked) {
        Optional<Reason> why = missing(shows, asked);
        boolean lacks = world.terms.requireTls() && !world.announcesRequireTls;
        if (why.isEmpty() && !lacks)
            return Place.takes(judged.host(), at, asked.authenticates() ? asked.level().name() : "Encrypted");
        boolean lasting = false;
        if (world.terms.requireTls()) {
            var alone = new Requirement(judged.host(), judged.enabled(),
                    TlsSettings.None, "").requiringTls();
            lasting = missing(shows, alone).map(one -> !one.isLocal()).orElse(lacks);
        }
        return Place.refuses(judged.host(), at, why.orElse(Reason.REQUIRETLS_SUPPORT), lasting);
    }

    private static Optional<Reason> missing(Shows shows, Requirement asked) {
        if (!asked.authenticates()) return Optional.empty();
        if (shows == Shows.OUR_LIBRARY) return Optional.of(Reason.LOCAL);
        boolean other = asked.sni().startsWith("real.");
        boolean dane = shows == Shows.DANE || shows == Shows.BOTH || shows == Shows.BY_NAME && other;
        boolean pkix = shows == Shows.PKIX || shows == Shows.BOTH || shows == Shows.BY_NAME && !other;
        if (asked.verdict() instanceof TlsVerdict.Dane && !dane) return Optional.of(Reason.TLSA_INVALID);
        return asked.needsPkix() && !pkix ? Optional.of(Reason.CERTIFICATE_NOT_TRUSTED) : Optional.empty();
    }
}
