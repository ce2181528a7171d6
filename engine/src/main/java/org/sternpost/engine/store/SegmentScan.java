package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.sternpost.engine.store.journal.SegmentReader.Form;
import org.sternpost.engine.store.journal.SegmentReader.Stretch;
import org.sternpost.engine.store.journal.SegmentReader;

/// Reads all segments of a directory by what they say themselves, without the database. Changes nothing.
final class SegmentScan {

    private final SegmentFiles files;
    private final Set<Long> records = new HashSet<>();
    private int segments;
    private int bare;
    private long bareOctets;
    private long whole;
    private long hurt;
    private long unreadable;
    private long unreadableOctets;

    /// What is in the segments, in numbers.
    ///
    /// @param segments         files
    /// @param bare             among them, those of contents without records: only the database tells whose they are
    /// @param bareOctets       in those
    /// @param whole            records that are what was written
    /// @param hurt             records whose content is cut or altered
    /// @param unreadable       stretches that are no record, but for zeros at an end, which nothing was written to
    /// @param unreadableOctets in those
    record Numbers(int segments, int bare, long bareOctets, long whole, long hurt, long unreadable,
            long unreadableOctets) {

        boolean isWell() { return hurt == 0 && unreadable == 0; }
    }

    SegmentScan(Path directory) { this.files = new SegmentFiles(directory.resolve(Segments.DIRECTORY)); }

    Numbers read() throws IOException {
        for (long number : files.numbers()) {
            segments++;
            Form form = SegmentReader.read(files.path(number), this::count);
            if (form != Form.Bare || files.length(number) == 0) continue;
            bare++;
            bareOctets += files.length(number);
        }
        return new Numbers(segments, bare, bareOctets, whole, hurt, unreadable, unreadableOctets);
    }

    /// The numbers of all records that were read.
    Set<Long> records() { return records; }

    private void count(Stretch stretch) {
        switch (stretch) {
            case Stretch.Whole record -> {
                whole++;
                records.add(record.frame().number());
            }
            case Stretch.Hurt record -> {
                hurt++;
                records.add(record.frame().number());
            }
            case Stretch.Unreadable room when room.zero() && room.atEnd() -> {
            }
            case Stretch.Unreadable lost -> {
                unreadable++;
                unreadableOctets += lost.octets();
            }
        }
    }
}
