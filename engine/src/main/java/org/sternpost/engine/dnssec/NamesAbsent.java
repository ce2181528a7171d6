package org.sternpost.engine.dnssec;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// Absence by names in canonical order (RFC 4035 §5.4): each NSEC record names the next name of its zone.
record NamesAbsent(ZoneState.Signed zone, List<NSECRecord> records) implements Absence {

    static NamesAbsent of(ZoneState.Signed zone, List<Record> signed) {
        return new NamesAbsent(zone, signed.stream().filter(NSECRecord.class::isInstance).map(NSECRecord.class::cast)
                .filter(record -> record.getNext().subdomain(zone.name())).toList());
    }

    @Override
    public Denied type(Name name, int type) {
        Optional<NSECRecord> there = at(name);
        if (there.isPresent()) return Absence.byTypes(there.get()::hasType, name, type);
        Optional<NSECRecord> gap = gap(name);
        if (gap.isEmpty()) return Absence.missing(name);
        // RFC 4035 §3.1.3.1, RFC 4592 §2.2.2: a name with names below it exists, and has no records.
        if (gap.get().getNext().subdomain(name)) return new Denied.Proven(false);
        // RFC 4035 §5.4: the name does not exist, and the wildcard that stands for it lacks the type.
        Name wildcard = Absence.wildcard(encloser(name, gap.get()));
        return at(wildcard).map(record -> Absence.byTypes(record::hasType, wildcard, type))
                .orElseGet(() -> Absence.missing(wildcard));
    }

    @Override
    public Denied name(Name name) {
        Optional<NSECRecord> gap = gap(name).filter(record -> !record.getNext().subdomain(name));
        if (gap.isEmpty()) return Absence.missing(name);
        Name wildcard = Absence.wildcard(encloser(name, gap.get()));
        return gap(wildcard).filter(record -> !record.getNext().subdomain(wildcard)).isPresent()
                ? new Denied.Proven(false)
                : Absence.missing(wildcard);
    }

    @Override
    public Denied closer(Name name, int labels) {
        Optional<NSECRecord> gap = gap(name).filter(record -> !record.getNext().subdomain(name));
        return gap.isPresent() && encloser(name, gap.get()).labels() - 1 <= labels
                ? new Denied.Proven(false)
                : Absence.missing(name);
    }

    private Optional<NSECRecord> at(Name name) {
        return records.stream().filter(record -> record.getName().equals(name)).findFirst();
    }

    /// The record whose gap the name falls into.
    private Optional<NSECRecord> gap(Name name) {
        return records.stream().filter(record -> covers(record, name))
                .filter(record -> !name.subdomain(record.getName()) || !Absence.endsThere(record::hasType))
                .findFirst();
    }

    private boolean covers(NSECRecord record, Name name) {
        boolean after = record.getName().compareTo(name) < 0;
        boolean before = name.compareTo(record.getNext()) < 0;
        // RFC 4034 §4.1.1: the last record names the first.
        boolean last = record.getName().compareTo(record.getNext()) >= 0;
        return name.subdomain(zone.name()) && (last ? after || before : after && before);
    }

    /// RFC 5155 §1.3: the longest end of the name that exists; both ends of the gap show it.
    private static Name encloser(Name name, NSECRecord gap) {
        for (int labels = name.labels() - 2; labels > 0; labels--) {
            Name end = Absence.suffix(name, labels);
            if (gap.getName().subdomain(end) || gap.getNext().subdomain(end)) return end;
        }
        return Name.root;
    }
}
