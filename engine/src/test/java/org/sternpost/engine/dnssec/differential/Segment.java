package org.sternpost.engine.dnssec.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What one zone says of one name and type: a reply is made of one of them for each alias on the way.
///
/// @param next where an alias leads to; empty at the end
record Segment(int rcode, List<Record> answer, List<Record> authority, Optional<Name> next) {

    Segment {
        answer = List.copyOf(answer);
        authority = List.copyOf(authority);
    }

    Segment answer(List<Record> other) { return new Segment(rcode, other, authority, next); }

    Segment authority(List<Record> other) { return new Segment(rcode, answer, other, next); }

    Segment rcode(int other) { return new Segment(other, answer, authority, next); }

    /// With more in the authority section.
    Segment with(List<Record> more) {
        var all = new ArrayList<>(authority);
        all.addAll(more);
        return authority(all);
    }

    static List<Record> without(List<Record> records, int type) {
        return records.stream().filter(record -> record.getType() != type && covered(record) != type).toList();
    }

    static List<Record> only(List<Record> records, int type) {
        return records.stream().filter(record -> record.getType() == type || covered(record) == type).toList();
    }

    /// The type that a signature covers; 0 for all else.
    static int covered(Record record) {
        return record instanceof org.xbill.DNS.RRSIGRecord signature ? signature.getTypeCovered() : 0;
    }

    static boolean isProof(Record record) {
        int type = record.getType() == Type.RRSIG ? covered(record) : record.getType();
        return type == Type.NSEC || type == Type.NSEC3;
    }
}
