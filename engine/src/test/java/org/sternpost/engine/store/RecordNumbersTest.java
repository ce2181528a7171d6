package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Numbers of records, and which of them may have been cut by a crash.
class RecordNumbersTest {

    @Test
    void aBatchIsToldFromThoseBesideItAlsoAcrossStarts() {
        for (long last : new long[]{0, 1, 10, 11}) {
            var numbers = new RecordNumbers(last);
            assertEquals(last, numbers.last());
            numbers.beginBatch();
            var first = List.of(numbers.next(), numbers.next(), numbers.next());
            numbers.beginBatch();
            var second = List.of(numbers.next(), numbers.next());
            assertEquals(List.of(last + 1, last + 3, last + 5), first, "not as what was before");
            assertEquals(List.of(last + 6, last + 8), second);
            assertEquals(last + 8, numbers.last());
        }
    }

    @Test
    void theLastBatchIsWhatIsBehindAllOthers() {
        var found = found(1, 2, 4, 6, 7, 9);
        assertTrue(found.isOfLastBatch(7) && found.isOfLastBatch(9));
        assertFalse(found.isOfLastBatch(6) || found.isOfLastBatch(2) || found.isOfLastBatch(1));
        assertTrue(found(3, 5).isOfLastBatch(3), "there is one");
    }

    private static RecordNumbers.Found found(long... numbers) {
        var found = new RecordNumbers.Found();
        LongStream.of(numbers).forEach(found::add);
        return found;
    }
}
