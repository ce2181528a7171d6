package org.sternpost.engine.dnssec;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.sternpost.engine.dns.Messages;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.dnssec.Absence.Denied;
import org.sternpost.engine.dnssec.DnssecProof.Verdict;
import org.sternpost.engine.dnssec.LocalValidation.Work;
import org.sternpost.engine.dnssec.Trouble.NoVerdictException;
import org.sternpost.engine.net.SingleFlight;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Walks from a trust anchor down to the zone of a name, and remembers the way.
final class Zones {

    private static final int PLACES_MAX = 20_000;
    private static final Duration KEPT_MAX = Duration.ofMinutes(15); // bounds how long a mended zone is misjudged
    /// Of keys, which are looked for anew as soon as a proof fails by them.
    private static final Duration KEYS_KEPT_MAX = Duration.ofDays(1);

    private final Map<Name, List<DSRecord>> anchors;
    private final Map<Name, Kept> places = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Kept> eldest) { return size() > PLACES_MAX; }
    };

    private final SingleFlight<Name, Kept> flights = new SingleFlight<>();

    private record Kept(ZoneState zone, Instant until) {}

    Zones(ZoneTrustAnchors anchors) { this.anchors = anchors.byOwner(); }

    /// The deepest zone on the way to the name: signed, unsigned or broken.
    ZoneState enclosing(Name name, Work work) throws NoVerdictException {
        Optional<Name> anchor = anchors.keySet().stream().filter(name::subdomain)
                .max(java.util.Comparator.comparingInt(Name::labels));
        // RFC 4035 §4.3: above what no anchor stands, there is nothing to be proven.
        if (anchor.isEmpty()) return new ZoneState.Unsigned(Optional.empty());
        ZoneState at = place(anchor.get(), Optional.empty(), work);
        for (int labels = anchor.get().labels(); labels < name.labels(); labels++) {
            if (!(at instanceof ZoneState.Signed above)) return at;
            switch (place(Absence.suffix(name, labels), Optional.of(above), work)) {
                case ZoneState.Inside _ -> at = above;
                case ZoneState.Nowhere _ -> {
                    return above;
                }
                case ZoneState other -> at = other;
            }
        }
        return at;
    }

    /// Forgets what is known of the way to a name, for a question whose proof fails by it.
    void forget(Name name) {
        synchronized (places) {
            for (int labels = 0; labels < name.labels(); labels++)
                places.remove(Absence.suffix(name, labels));
        }
    }

    private ZoneState place(Name name, Optional<ZoneState.Signed> above, Work work) throws NoVerdictException {
        Optional<Kept> known = known(name, work.now());
        if (known.isPresent()) {
            work.remember();
            return known.get().zone();
        }
        try {
            // Many names below one zone are asked for at once, and all of them need its keys.
            var landed = flights.of(name, () -> known(name, work.now()), () -> found(name, above, work), work.left());
            if (!landed.own()) work.remember();
            return landed.value().zone();
        } catch (InterruptedException stopped) {
            throw work.stopped();
        } catch (TimeoutException slow) {
            throw work.late();
        }
    }

    private Optional<Kept> known(Name name, Instant now) {
        synchronized (places) {
            // What ends later than anything is kept for is of before the clock was set back.
            return Optional.ofNullable(places.get(name)).filter(
                    kept -> now.isBefore(kept.until())
                            && kept.until().isBefore(now.plus(KEYS_KEPT_MAX.multipliedBy(2))));
        }
    }

    private Kept found(Name name, Optional<ZoneState.Signed> above, Work work) throws NoVerdictException {
        Kept found = above.isEmpty()
                ? keys(name, anchors.getOrDefault(name, List.of()), KEYS_KEPT_MAX, work)
                : below(above.get(), name, work);
        // RFC 4035 §4.7 permits to remember what is broken; its owner is better served by another look.
        if (!(found.zone() instanceof ZoneState.Broken))
            synchronized (places) {
                places.put(name, found);
            }
        return found;
    }

    /// Whether a zone begins at the name, and who vouches for its keys (RFC 4035 §5.2).
    private Kept below(ZoneState.Signed above, Name name, Work work) throws NoVerdictException {
        DnsReply reply = work.ask(name, Type.DS);
        if (!reply.says()) return broken(unheard(name, Type.DS, reply));
        Optional<RRset> vouching = reply.answer(name, Type.DS);
        if (vouching.isPresent())
            return switch (reply.checked(vouching.get(), above, work)) {
                case Signatures.Checked.Good good when !good.made() -> keys(name, digests(vouching.get()),
                        Messages.lives(vouching.get(), work.now()), work);
                case Signatures.Checked.Good _ -> broken(new Verdict.Bogus(ExtendedErrorCodeOption.DNSSEC_BOGUS,
                        "a wildcard vouches for the zone " + name));
                case Signatures.Checked.Bad bad -> broken(bad.how());
            };
        Optional<RRset> alias = reply.answer(name, Type.CNAME).filter(set -> set.sigSize() > 0)
                .or(() -> reply.aliasAbove(name));
        if (alias.isPresent())
            return switch (DnssecProof.inside(above, alias.get(), reply, work)) {
                case Verdict.Secure _ -> kept(new ZoneState.Inside(), Messages.lives(alias.get(), work.now()), work);
                case Verdict.Insecure(var why) -> kept(new ZoneState.Unsigned(why), KEPT_MAX, work);
                case Verdict.Bogus bogus -> broken(bogus);
            };
        Absence absence = Absence.of(above, reply, work);
        Duration lives = lives(reply, work.now());
        return switch (absence.type(name, Type.DS)) {
            case Denied.Proven(var delegation) -> kept(delegation
                    ? new ZoneState.Unsigned(Optional.empty())
                    : new ZoneState.Inside(), lives, work);
            case Denied.Open(var how) -> kept(new ZoneState.Unsigned(delegated(how)), lives, work);
            case Denied.Unproven(var how) -> switch (absence.name(name)) {
                case Denied.Proven _ -> kept(new ZoneState.Nowhere(), lives, work);
                case Denied.Open(var open) -> kept(new ZoneState.Unsigned(delegated(open)), lives, work);
                case Denied.Unproven _ -> broken(how);
            };
        };
    }

    /// RFC 4035 §5.2, RFC 6840 §5.11: a set of keys is proven by any key in it that has signed it and is vouched for.
    private Kept keys(Name zone, List<DSRecord> vouching, Duration lives, Work work) throws NoVerdictException {
        List<DSRecord> counting = Keys.counting(vouching);
        // RFC 6840 §5.2, RFC 9905 §2: signed in a way that nobody here can check is not signed.
        if (counting.isEmpty())
            return kept(new ZoneState.Unsigned(Optional.of(Keys.whyNone(zone, vouching))), lives, work);
        DnsReply reply = work.ask(zone, Type.DNSKEY);
        if (!reply.says()) return broken(unheard(zone, Type.DNSKEY, reply));
        Optional<RRset> set = reply.answer(zone, Type.DNSKEY);
        if (set.isEmpty())
            return broken(new Verdict.Bogus(ExtendedErrorCodeOption.DNSKEY_MISSING,
                    "the zone " + zone + " gives no keys, though they are vouched for"));
        List<DNSKEYRecord> all = set.get().rrs(false).stream().filter(DNSKEYRecord.class::isInstance)
                .map(DNSKEYRecord.class::cast).filter(Keys::signs).toList();
        var how = new Verdict.Bogus(ExtendedErrorCodeOption.DNSKEY_MISSING,
                "none of the keys of the zone " + zone + " is one that is vouched for");
        boolean shortAlone = true;
        for (DSRecord ds : counting) {
            boolean shortOne = false;
            for (DNSKEYRecord key : all)
                if (Keys.names(ds, key, work)) {
                    shortOne |= Keys.tooShort(key);
                    if (Keys.sound(key))
                        switch (Signatures.check(set.get(), zone, List.of(key), work)) {
                        case Signatures.Checked.Good good when !good.made() -> {
                            return kept(new ZoneState.Signed(zone, all.stream().filter(Keys::sound).toList()),
                                    min(lives, Messages.lives(set.get(), work.now())), work);
                        }
                        case Signatures.Checked.Good _ -> {
                        }
                        case Signatures.Checked.Bad bad -> how = bad.how();
                        }
                }
            shortAlone &= shortOne;
        }
        // Whoever takes the good key out of the answer must not make the zone an unsigned one.
        return shortAlone
                ? kept(new ZoneState.Unsigned(Optional.of(new Weakness.ShortKey(Keys.words(zone)))), lives, work)
                : broken(how);
    }

    /// RFC 5155 §6: unsigned delegations are what the gaps of opt-out are for, so the zone below is just unsigned.
    private static Optional<Weakness> delegated(Verdict.Insecure how) {
        return how.why().filter(why -> !(why instanceof Weakness.OptOut));
    }

    private static List<DSRecord> digests(RRset set) {
        return set.rrs(false).stream().filter(DSRecord.class::isInstance).map(DSRecord.class::cast).toList();
    }

    /// The servers have nothing to say, which proves nothing (RFC 4035 §5.5).
    private static Verdict.Bogus unheard(Name name, int type, DnsReply reply) {
        return new Verdict.Bogus(ExtendedErrorCodeOption.DNSSEC_INDETERMINATE, name + " " + Type.string(type)
                + " cannot be had: the servers answer " + Rcode.string(reply.rcode())
                + Messages.extendedErrors(reply.message()));
    }

    private static Duration lives(DnsReply reply, Instant now) {
        var sets = new ArrayList<RRset>();
        for (int type : new int[]{Type.SOA, Type.NSEC, Type.NSEC3})
            sets.addAll(reply.denials(type));
        return sets.stream().map(set -> Messages.lives(set, now)).min(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static Kept kept(ZoneState zone, Duration lives, Work work) {
        return new Kept(zone, work.now().plus(
                min(lives, zone instanceof ZoneState.Signed ? KEYS_KEPT_MAX : KEPT_MAX)));
    }

    private static Kept broken(Verdict.Bogus how) { return new Kept(new ZoneState.Broken(how), Instant.MIN); }

    private static Duration min(Duration one, Duration other) { return one.compareTo(other) < 0 ? one : other; }

    /// What is known of one name as the place where a zone begins.
    sealed interface ZoneState {

        /// A zone whose keys are proven.
        ///
        /// @param keys those that may sign its records
        record Signed(Name name, List<DNSKEYRecord> keys) implements ZoneState {
            public Signed { keys = List.copyOf(keys); }
        }

        /// Nothing at or below the name can be proven, which itself is proven.
        ///
        /// @param why it is so, where the zone is signed all the same
        record Unsigned(Optional<Weakness> why) implements ZoneState {}

        /// The zone should be signed and its keys cannot be proven.
        record Broken(Verdict.Bogus how) implements ZoneState {}

        /// No zone begins here; the name belongs to the zone above.
        record Inside() implements ZoneState {}

        /// The name does not exist, so no zone begins below it either (RFC 8020 §2).
        record Nowhere() implements ZoneState {}
    }
}
