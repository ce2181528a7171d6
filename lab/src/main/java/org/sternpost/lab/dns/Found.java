package org.sternpost.lab.dns;

import java.util.List;

import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;

/// What one zone says about one name and type; `proof` goes into the authority section.
sealed interface Found {
    /// The records asked for.
    record Records(RRset set, List<RRset> proof) implements Found {}

    /// The name is an alias (RFC 1034 §3.6.2).
    record Alias(RRset set, Name target, List<RRset> proof) implements Found {}

    /// A name above is an alias with all below it; `alias` is made from it (RFC 6672 §3.1).
    record Redirect(RRset set, RRset alias, Name target) implements Found {}

    /// The name exists, the type does not; `proof` is SOA and NSEC.
    record NoData(List<RRset> proof) implements Found {}

    /// The name does not exist; `proof` is SOA and NSEC.
    record NoName(List<RRset> proof) implements Found {}
}
