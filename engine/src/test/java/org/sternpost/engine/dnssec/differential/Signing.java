package org.sternpost.engine.dnssec.differential;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;

/// How the sets of a zone are signed.
enum Signing {
    GOOD, MISSING, BROKEN,
    /// Ended yesterday; so many minutes ago, as for a clock of ours that is ahead of the signer's.
    EXPIRED, EXPIRED_4_MINUTES, EXPIRED_6_MINUTES,
    /// Begins tomorrow; in so many minutes, as by a signer whose clock is ahead of ours.
    FUTURE, AHEAD_4_MINUTES, AHEAD_6_MINUTES,
    /// The end lies before the beginning.
    BACKWARDS,
    /// Until shortly before the number of seconds overflows (RFC 4034 §3.1.5).
    LONG,
    /// So many broken ones stand before the good one.
    GOOD_AFTER_1, GOOD_AFTER_7, GOOD_AFTER_12, BROKEN_AFTER_GOOD,
    /// One of an algorithm that nobody knows stands before the good one; it stands alone.
    UNKNOWN_BEFORE_GOOD, UNKNOWN_ALONE,
    /// The signer is the zone above, or a name below.
    SIGNER_ABOVE, SIGNER_BELOW,
    /// More labels than the owner has; fewer, as of a wildcard.
    MORE_LABELS, FEWER_LABELS,
    /// Was signed with a smaller or larger TTL than is served (RFC 4035 §5.3.3).
    TTL_SMALLER, TTL_LARGER,
    WRONG_TAG, WRONG_ALGORITHM;

    /// The moment at which everything is judged.
    static final Instant NOW = Instant.parse("2026-11-15T12:00:00Z");

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LESS_THAN_SKEW = Duration.ofMinutes(4); // both judges allow clocks five minutes
    private static final Duration MORE_THAN_SKEW = Duration.ofMinutes(6);
    private static final Duration DECADES = Duration.ofDays(365 * 60);

    /// The signatures over a set by each key.
    List<Record> over(RRset set, Name zone, List<Pen> pens) {
        var all = new ArrayList<Record>();
        for (Pen pen : pens)
            all.addAll(by(pen, set, zone));
        return all;
    }

    private List<Record> by(Pen pen, RRset set, Name zone) {
        Pen.Terms terms = pen.terms(set, zone, NOW.minus(WEEK), NOW.plus(WEEK));
        Record good = pen.sign(set, terms);
        return switch (this) {
            case GOOD -> List.of(good);
            case MISSING -> List.of();
            case BROKEN -> List.of(Pen.spoilt(good));
            case EXPIRED -> one(pen, set, terms.between(NOW.minus(WEEK), NOW.minus(DAY)));
            case EXPIRED_4_MINUTES -> one(pen, set, terms.between(NOW.minus(WEEK), NOW.minus(LESS_THAN_SKEW)));
            case EXPIRED_6_MINUTES -> one(pen, set, terms.between(NOW.minus(WEEK), NOW.minus(MORE_THAN_SKEW)));
            case FUTURE -> one(pen, set, terms.between(NOW.plus(DAY), NOW.plus(WEEK)));
            case AHEAD_4_MINUTES -> one(pen, set, terms.between(NOW.plus(LESS_THAN_SKEW), NOW.plus(WEEK)));
            case AHEAD_6_MINUTES -> one(pen, set, terms.between(NOW.plus(MORE_THAN_SKEW), NOW.plus(WEEK)));
            case BACKWARDS -> one(pen, set, terms.between(NOW.plus(DAY), NOW.minus(DAY)));
            case LONG -> one(pen, set, terms.between(NOW.minus(DAY), NOW.plus(DECADES)));
            case GOOD_AFTER_1 -> after(1, pen, set, terms, good);
            case GOOD_AFTER_7 -> after(7, pen, set, terms, good);
            case GOOD_AFTER_12 -> after(12, pen, set, terms, good);
            case BROKEN_AFTER_GOOD -> List.of(good, Pen.spoilt(good));
            case UNKNOWN_BEFORE_GOOD -> List.of(pen.sign(set, terms.algorithm(100)), good);
            case UNKNOWN_ALONE -> one(pen, set, terms.algorithm(100));
            case SIGNER_ABOVE -> one(pen, set, terms.signer(new Name(zone, 1)));
            case SIGNER_BELOW -> one(pen, set, terms.signer(Generator.name("below", zone)));
            case MORE_LABELS -> one(pen, set, terms.labels(terms.labels() + 1));
            case FEWER_LABELS -> one(pen, set, terms.labels(Math.max(0, terms.labels() - 1)));
            case TTL_SMALLER -> one(pen, set, terms.ttl(Pen.TTL / 2));
            case TTL_LARGER -> one(pen, set, terms.ttl(Pen.TTL * 2));
            case WRONG_TAG -> one(pen, set, terms.tag((terms.tag() + 1) & 0xffff));
            case WRONG_ALGORITHM -> one(pen, set, terms.algorithm(pen.algorithm() == 8 ? 10 : 8));
        };
    }

    private static List<Record> one(Pen pen, RRset set, Pen.Terms terms) { return List.of(pen.sign(set, terms)); }

    /// Broken ones that differ, for equal records are one record.
    private static List<Record> after(int broken, Pen pen, RRset set, Pen.Terms terms, Record good) {
        var all = new ArrayList<Record>();
        for (int i = 0; i < broken; i++)
            all.add(Pen.spoilt(pen.sign(set, terms.between(NOW.minus(WEEK).plusSeconds(i), NOW.plus(WEEK)))));
        all.add(good);
        return all;
    }
}
