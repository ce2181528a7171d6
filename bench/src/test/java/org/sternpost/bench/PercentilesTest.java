package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

    @Test
    void aPercentileIsTheSmallestValueThatCoversTheShare() {
        var hundred = new Percentiles(IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray());
        assertEquals(50, hundred.at(0.50));
        assertEquals(99, hundred.at(0.99));
        assertEquals(100, hundred.at(0.991));
        assertEquals(100, hundred.max());
        assertEquals(1, hundred.at(0));
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertEquals(2, new Percentiles(9, 1, 2).median());
        assertEquals(2.5, new Percentiles(9, 1, 2, 3).median());
        assertEquals(7, new Percentiles(7).median());
    }

    @Test
    void ofNothingAllIsZero() {
        assertEquals(0, new Percentiles().at(0.99));
        assertEquals(0, new Percentiles().median());
        assertEquals(0, new Percentiles().max());
    }
}
