package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any octets as the header of a message's record.
class RecordHeaderFuzzTest {

    /// A message that was read is written so that the same is read again: nothing of it is lost by being moved.
    @FuzzTest
    void aHeaderIsReadOrRefused(byte[] octets) {
        switch (RecordHeader.read(octets)) {
            case RecordHeader.Read.Bad(String why) -> assertFalse(why.isEmpty());
            case RecordHeader.Read.Message read -> assertEquals(read,
                    RecordHeader.read(RecordHeader.octets(read.row(), read.about())));
        }
    }
}
