package org.sternpost.engine.tls;

import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.sternpost.engine.tls.ClientTrust.ChainWitness;

/// Which TLS sessions may be resumed (RFC 8446 §2.2): those of the same policy, and no others.
///
/// Java resumes what one `SSLContext` has seen at a host and port, whatever was asked of it then. So each policy has a
/// context of its own. The certificates of the peer stay with a session that is resumed, and are judged again.
final class ResumableSessions {

    private static final int POLICIES_MAX = 2_000; // those used last
    private static final int SESSIONS_MAX = 16; // of one policy
    private static final Duration AGE_MAX = Duration.ofHours(1); // then the peer shows its certificate again

    private final InstantSource time;
    private final LinkedHashMap<Policy, Aged> known = new LinkedHashMap<>(16, 0.75f, true);

    ResumableSessions(InstantSource time) { this.time = time; }

    /// All that must be equal.
    ///
    /// @param asked what must be proven, with its TLSA set or policy id: [Requirement#key]
    /// @param terms whatever else must be, as the caller has it
    record Policy(InetSocketAddress peer, String sni, String asked, Object terms) {

        static Policy of(InetSocketAddress peer, Requirement asked, Object terms) {
            return new Policy(peer, asked.sni(), asked.key(), terms);
        }
    }

    private record Aged(SSLContext context, Instant made) {}

    /// The context of a policy; a new one where the last is too old.
    synchronized SSLContext context(Policy policy) {
        Instant now = time.instant();
        Aged kept = known.get(policy);
        if (kept != null && now.isBefore(kept.made().plus(AGE_MAX))) return kept.context();
        var fresh = fresh();
        fresh.getClientSessionContext().setSessionCacheSize(SESSIONS_MAX);
        known.put(policy, new Aged(fresh, now));
        if (known.size() > POLICIES_MAX) known.pollFirstEntry();
        return fresh;
    }

    /// The sessions of a policy, as long as they are those of `context`, are resumed no more.
    synchronized void forget(Policy policy, SSLContext context) {
        Aged kept = known.get(policy);
        if (kept != null && kept.context() == context) known.remove(policy);
    }

    /// One that has nothing to resume.
    static SSLContext fresh() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new ChainWitness()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no TLS", impossible);
        }
    }
}
