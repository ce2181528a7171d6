package org.sternpost.engine.store;

/// Numbers of records, rising. Those of a batch, whose records are synced together, are all odd or all even, and those
/// of the next batch the other: so a start knows what was written last, and may not have been synced.
final class RecordNumbers {

    private long last;
    private long parity;

    /// @param last the highest number given out so far
    RecordNumbers(long last) {
        this.last = last;
        this.parity = last & 1;
    }

    /// What is numbered from here on is of another batch.
    synchronized void beginBatch() { parity ^= 1; }

    synchronized long next() {
        last += (last & 1) == parity ? 2 : 1;
        return last;
    }

    /// The highest number given out.
    synchronized long last() { return last; }

    /// Numbers that a start finds.
    static final class Found {
        private long odd;
        private long even;

        void add(long number) {
            if ((number & 1) == 0) even = Math.max(even, number);
            else
                odd = Math.max(odd, number);
        }

        /// True of the last batch: what of it is not whole was being written when the power went, so nobody was
        /// answered that it is kept. What an earlier batch lacks was synced, and is damage.
        boolean isOfLastBatch(long number) { return number > Math.min(odd, even); }
    }
}
