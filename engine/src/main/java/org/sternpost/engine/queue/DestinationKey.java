package org.sternpost.engine.queue;

import org.sternpost.engine.mail.Domain;

/// The mail of one connector to one domain. Written `connector/domain`.
public record DestinationKey(String connector, Domain domain) implements Comparable<DestinationKey> {

    @Override
    public int compareTo(DestinationKey other) {
        int byDomain = domain.compareTo(other.domain);
        return byDomain != 0 ? byDomain : connector.compareTo(other.connector);
    }

    @Override
    public String toString() { return connector + "/" + domain; }
}
