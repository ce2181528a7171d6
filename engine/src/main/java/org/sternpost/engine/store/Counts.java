package org.sternpost.engine.store;

/// How far the tables have come. Kept twice, in a row that changes with every transaction and in a file that follows
/// it, so that a start sees when one of them is older than what was acknowledged.
///
/// @param transactions kept so far
/// @param bodies       referred to
/// @param sum          of all references, each mixed to one number: no column of a row changes without it
/// @param lastBody     the highest number any body was kept under
/// @param lastSegment  the highest number of a segment file
record Counts(long transactions, long bodies, long sum, long lastBody, long lastSegment) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts with(Segments.Reference body) {
        return new Counts(transactions, bodies + 1, sum + mixed(body), Math.max(lastBody, body.id()),
                Math.max(lastSegment, body.segment()));
    }

    Counts without(Segments.Reference body) {
        return new Counts(transactions, bodies - 1, sum - mixed(body), lastBody, lastSegment);
    }

    /// After one transaction more.
    Counts next() { return new Counts(transactions + 1, bodies, sum, lastBody, lastSegment); }

    /// At least as far as others have come, but for what is referred to.
    Counts after(Counts others) {
        return new Counts(Math.max(transactions, others.transactions), bodies, sum,
                Math.max(lastBody, others.lastBody), Math.max(lastSegment, others.lastSegment));
    }

    boolean sameBodies(Counts others) { return bodies == others.bodies && sum == others.sum; }

    private static long mixed(Segments.Reference body) {
        long mixed = mixed(body.id());
        mixed = mixed(mixed ^ body.segment());
        mixed = mixed(mixed ^ body.offset());
        mixed = mixed(mixed ^ body.length());
        return mixed(mixed ^ body.crc());
    }

    /// The finalizer of SplitMix64: every bit of the input changes half of the output.
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
