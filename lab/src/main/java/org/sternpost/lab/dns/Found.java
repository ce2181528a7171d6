package org.sternpost.lab.dns;

import java.util.List;

import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;

/// What one zone says about one name and type.
sealed interface Found {
    /// The records asked for.
    record Records(RRset set) implements Found {}

    /// The name is an alias (RFC 1034 §3.6.2).
    record Alias(RRset set, Name target) implements Found {}

    /// The name exists, the type does not; `proof` is SOA and NSEC.
    record NoData(List<RRset> proof) implements Found {}

    /// The name does not exist; `proof` is SOA and NSEC.
    record NoName(List<RRset> proof) implements Found {}
}
