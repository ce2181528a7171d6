package org.sternpost.engine.dnssec.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dnssec.differential.Verdict.Status;

/// Where the engine and unbound may differ, and who is right by which section. All else is a fault.
enum Difference {
    REVOKED("RFC 5011 §2.1: a revoked key proves nothing but its revocation; unbound looks at that only in its anchors",
            (one, ours, _) -> Set.of(Keys.Kind.DS_OF_REVOKED, Keys.Kind.REVOKED_SIGNS_DATA).contains(one.facts.keys())
                    && ours.status() == Status.BOGUS),

    SHA1_ALONE("RFC 9905 §2: what RSASHA1 signs alone is as if unsigned; this unbound still believes it",
            (one, ours, _) -> (one.facts.keys() == Keys.Kind.SHA1 || one.facts.above() == Keys.Kind.SHA1)
                    && ours.status() == Status.INSECURE),

    SHA1_PATH("RFC 9905 §2: a path over RSASHA1 proves nothing beside one that should",
            (one, ours, _) -> Set.of(Keys.Kind.SHA1_BESIDE_BROKEN_GOOD, Keys.Kind.SHA1_KEY_UNDER_GOOD_DS)
                    .contains(one.facts.keys()) && ours.status() == Status.BOGUS),

    SHA1_DIGEST("RFC 4509 §3: no SHA-1 digest counts beside a SHA-256; unbound keeps to that only with"
            + " harden-algo-downgrade, which breaks RFC 6840 §5.11",
            (one, ours, _) -> one.facts.keys() == Keys.Kind.DS_SHA1_BESIDE_BROKEN_SHA256
                    && ours.status() == Status.BOGUS),

    KEYS_OF_WILDCARD("RFC 4035 §5.3.4: keys, DS and links signed as if a wildcard had made them; unbound takes them as"
            + " they are",
            (one, ours, _) -> List.of(one.facts.plan().keys(), one.facts.plan().ds(), one.facts.plan().denial())
                    .contains(Signing.FEWER_LABELS) && ours.status() == Status.BOGUS),

    MANY_SIGNATURES("RFC 4035 §5.3.3 leaves to us how many signatures to try: unbound eight, the engine all within"
            + " its bound for the whole question",
            (one, ours, theirs) -> one.facts.plan().has(Signing.GOOD_AFTER_12) && theirs.failed() && !ours.failed()),

    OPT_OUT_GAP(
            "RFC 5155 §9.2: in a gap with opt-out an unsigned zone may lie, so what is not proven there is insecure;"
                    + " unbound says bogus where it sees a proof begun",
            (one, ours, theirs) -> one.leadsIntoGap() && ours.status() == Status.INSECURE && theirs.failed()),

    ITERATIONS("RFC 9276 §3.2: a zone with more than 100 iterations is as if unsigned wherever its denials are needed;"
            + " unbound says bogus where it sees another fault first",
            (one, ours, theirs) -> one.leadsOverIterations() && ours.status() == Status.INSECURE && theirs.failed()),

    UNSIGNED_ZONE(
            "RFC 4035 §5.2: nothing in a zone that is proven to be unsigned is bogus; unbound says so where signed"
                    + " records of another zone stand in the reply",
            (one, ours, theirs) -> one.leadsIntoUnsigned() && ours.status() == Status.INSECURE && theirs.failed()),

    DNAME_IN_GAP("RFC 6672 §5.3.1: a DNAME of a signed name must be proven, also when what it leads from lies in a gap;"
            + " unbound looks at the alias alone",
            (one, ours, theirs) -> one.forgery() == Forgery.DNAME_UNSIGNED && ours.status() == Status.BOGUS
                    && theirs.status() == Status.INSECURE),

    ENDLESS("RFC 1034 §3.6.2: aliases without an end are an error; unbound gives what it has of them",
            (one, ours, _) -> one.leadsAstray() && ours.status() == Status.FAILED),

    DENIES_AND_ANSWERS("RFC 2308 §2.1: a reply that denies a name holds nothing but aliases; the engine uses none that"
            + " does both, unbound the one part or the other",
            (one, ours, _) -> one.forgery() == Forgery.RCODE_TURNED && ours.status() == Status.FAILED),

    ALIAS_OF_DNAME("RFC 6672 §5.3.1: the alias that a DNAME makes is proven by the DNAME, also when it is asked for;"
            + " unbound looks for zones below the DNAME then",
            (one, ours, theirs) -> one.type == RecordType.CNAME && one.asksBelowDname() && !ours.failed()
                    && theirs.status() != Status.SECURE),

    NEEDLESS_PROOFS("RFC 4035 §5.4 asks for a proof, not that all else be one: unbound gives up at records that prove"
            + " nothing of the question",
            (one, ours, theirs) -> Set.of(Forgery.FOREIGN_PROOFS_ADDED, Forgery.PROOFS_ADDED).contains(one.forgery())
                    && theirs.failed() && !ours.failed()),

    WILDCARD_TAKEN_FOR_EMPTY(
            "RFC 4035 §5.4: that the next name is a wildcard does not prove it without records; unbound"
                    + " takes it for a name that has but names below it",
            (one, ours, theirs) -> one.forgery() == Forgery.REPLAYED_NODATA_OF_TYPE && ours.status() == Status.BOGUS
                    && theirs.status() == Status.SECURE && theirs.data().equals("NODATA")),

    LESS_THAN_NXDOMAIN("RFC 8020 §2 means the name and all below it; where only the type is proven absent, the engine"
            + " says so, unbound says NXDOMAIN or bogus",
            (one, ours, theirs) -> !ours.failed() && ours.data().equals("NODATA")
                    && ours.data().equals(one.honest().data())
                    && (theirs.failed() || theirs.data().equals("NXDOMAIN")));

    private interface Where {
        boolean is(Case one, Verdict ours, Verdict theirs);
    }

    /// Who is right, and by which section.
    final String why;
    private final Where where;

    Difference(String why, Where where) {
        this.why = why;
        this.where = where;
    }

    static Optional<Difference> of(Case one, Verdict ours, Verdict theirs) {
        return Arrays.stream(values()).filter(each -> each.where.is(one, ours, theirs)).findFirst();
    }

    /// Forgeries after which a proven answer need not be what the zone says.
    ///
    /// RFC 4035 §5.3.1 wants the zone itself to be the signer. That the zone above may sign in its place both judges
    /// accept: it could put a key of its own in the zone's place as well.
    static final List<Forgery> POWER_OF_PARENT = List.of(Forgery.ALIAS_SIGNED_BY_PARENT);
}
