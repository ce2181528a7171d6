package org.sternpost.engine.credential;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.sternpost.engine.credential.SaslExchange.Mechanism;
import org.sternpost.engine.credential.SaslExchange.Step;
import org.sternpost.engine.time.Time;

/// Lets clients prove who they are, and counts those who could not: the one place for all listeners.
public final class Authenticator {

    private static final System.Logger LOG = System.getLogger(Authenticator.class.getName());

    private final SubmissionUsers users;
    private final FailurePace pace;
    private final KnownPasswords passwords = new KnownPasswords();
    private final Time time;
    private final Map<String, Instant> seen = new ConcurrentHashMap<>(); // by folded name, of users that there are
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong delayed = new AtomicLong();

    public Authenticator(SubmissionUsers users, Time time) {
        this.users = users;
        this.time = time;
        this.pace = new FailurePace(time);
    }

    /// @param client by what failures are counted: its network
    public SaslExchange begin(Mechanism mechanism, String client) {
        var attempt = new Attempt(mechanism, client);
        return switch (mechanism) {
            case Plain -> new Login.Plain(attempt::check);
            case Login -> new Login.Asked(attempt::check);
            case ScramSha256 -> new Scram(attempt);
        };
    }

    /// Attempts that were looked at and failed, since the start.
    public long failures() { return failures.get(); }

    /// Attempts that came too early after failures, since the start.
    public long delayed() { return delayed.get(); }

    /// When a user was last proven, since the start.
    public Optional<Instant> lastSeen(String name) {
        return Optional.ofNullable(seen.get(SubmissionUser.folded(name)));
    }

    /// True of a user that may still do what it has proven it may: one that was removed or disabled may not.
    public boolean holds(SubmissionUser user) {
        return users.find(user.name())
                .filter(now -> now.enabled() && now.keys().equals(user.keys())).isPresent();
    }

    /// What failures are counted by; names that nobody can have are one, however many and long.
    private static String counted(String name) {
        return SubmissionUser.fault(name).isPresent() ? "" : SubmissionUser.folded(name);
    }

    private final class Attempt implements Scram.Accounts {

        private final Mechanism mechanism;
        private final String client;

        Attempt(Mechanism mechanism, String client) {
            this.mechanism = mechanism;
            this.client = client;
        }

        Step check(String name, byte[] password) {
            return switch (keys(name)) {
                case Scram.KeysOrWait.Wait(var later) -> later;
                case Scram.KeysOrWait.Keys(var keys) -> outcome(name,
                        passwords.fits(name, keys, password));
            };
        }

        @Override
        public Scram.KeysOrWait keys(String name) {
            var pause = pace.pause(client, counted(name));
            if (pause.isPresent()) {
                delayed.incrementAndGet();
                return new Scram.KeysOrWait.Wait(new Step.Later(pause.get()));
            }
            return new Scram.KeysOrWait.Keys(users.keys(name));
        }

        @Override
        public Step outcome(String name, boolean fits) {
            Optional<SubmissionUser> user = users.find(name);
            if (fits && user.isPresent() && user.get().enabled()) {
                pace.proven(client, counted(name));
                seen.put(counted(name), time.instant());
                return new Step.Proven(user.get());
            }
            failures.incrementAndGet();
            int since = pace.failed(client, counted(name));
            // People type a password where the name belongs: a name that is nobody's is not written down.
            LOG.log(System.Logger.Level.WARNING,
                    "event=authentication-failed client={0} user=\"{1}\" mechanism={2} failures={3}", client,
                    user.map(one -> one.name() + (one.enabled() ? "" : " (disabled)")).orElse("(unknown)"),
                    mechanism.word(), Integer.toString(since));
            return new Step.Refused();
        }
    }
}
