package org.sternpost.lab.dns;

import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;

import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;

/// How a signed zone proves what it does not hold.
public sealed interface Denial {
    /// By names in canonical order (RFC 4034 §4).
    record ByName() implements Denial {}

    /// By hashes of names (RFC 5155 §3), `salt` in hexadecimal digits.
    ///
    /// @param optOut leaves delegations without DS out of the chain (RFC 5155 §6)
    record ByHash(int iterations, String salt, boolean optOut) implements Denial {}

    /// The records of one zone that prove what is not there.
    sealed interface Chain permits NsecChain, Nsec3Chain {
        /// The name exists, the type does not.
        List<RRset> noType(Name name);

        /// Nothing below `encloser` leads to the name, not even a wildcard.
        List<RRset> noName(Name name, Name encloser);

        /// The wildcard below `encloser` stands for the name rightly.
        List<RRset> wildcard(Name name, Name encloser);

        /// The wildcard below `encloser` stands for the name and does not hold the type.
        List<RRset> wildcardWithoutType(Name name, Name encloser);
    }

    /// Builds the chain over the names of a zone.
    default Chain over(Name origin, NavigableMap<Name, SortedMap<Integer, RRset>> nodes) {
        return switch (this) {
            case ByName _ -> new NsecChain(origin, nodes);
            case ByHash(var iterations, var salt, var optOut) ->
                new Nsec3Chain(origin, nodes, iterations, salt, optOut);
        };
    }
}
