package org.sternpost.engine.queue;

import org.sternpost.engine.mail.Domain;

/// The mail of one connector to one domain. Written `connector/domain`.
public record LaneKey(String connector, Domain domain) implements Comparable<LaneKey> {

    @Override
    public int compareTo(LaneKey other) {
        int byDomain = domain.compareTo(other.domain);
        return byDomain != 0 ? byDomain : connector.compareTo(other.connector);
    }

    @Override
    public String toString() { return connector + "/" + domain; }
}
