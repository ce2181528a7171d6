package org.sternpost.engine.alert;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dnssec.ServerCheck;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.rollout.RolloutStep;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// The alerts that are open and those that are over: asks the rules, and keeps what begins and what ends.
///
/// All that one look finds is one transaction, so nothing begins twice, whatever is restarted.
public final class Alerts {

    public static final List<String> SCHEMA = AlertTable.SCHEMA;
    /// How often the rules are asked.
    public static final Duration PAUSE = Duration.ofMinutes(1);

    static final Duration CALM = Duration.ofMinutes(10); // it must not hold for so long before it counts as over

    private static final System.Logger LOG = System.getLogger(Alerts.class.getName());

    private final Database database;
    private final AlertTable table;
    private final List<AlertRule> rules;
    private final List<AlertChannel> channels;
    private final Time time;
    private final Map<Long, Instant> calmSince = new HashMap<>(); // open ones that do not hold any more

    Alerts(Database database, List<AlertRule> rules, List<AlertChannel> channels, Time time) {
        this.database = database;
        this.table = new AlertTable(database);
        this.rules = List.copyOf(rules);
        this.channels = List.copyOf(channels);
        this.time = time;
    }

    /// What is looked at.
    public record Sources(Database database, Connectors connectors, RecentMail mail, Faults faults,
            HeldPolicies policies, Rollouts rollouts, Own own) {}

    /// What is ours.
    ///
    /// @param trouble      what keeps the engine from its work; empty text for nothing
    /// @param resolvers    asks the DNS servers in use
    /// @param certificates that clients are shown
    public record Own(Supplier<String> trouble, Supplier<List<ServerCheck>> resolvers,
            Supplier<List<Certificate>> certificates) {}

    /// @param listener where it is shown, `192.0.2.1:587`
    public record Certificate(String listener, Instant end) {}

    /// How they are told.
    ///
    /// @param hostName of this gateway
    /// @param trusted  verifies the certificate of a webhook
    public record Ways(AlertTerms terms, String hostName, Acceptance acceptance, Resolver resolver,
            SSLContext trusted) {

        private List<AlertChannel> all(Time time) {
            var all = new ArrayList<AlertChannel>();
            terms.mail().ifPresent(mail -> all.add(new AlertMail(mail, hostName, acceptance, time)));
            terms.webhook().ifPresent(target -> all.add(new Webhook(target, hostName, resolver, trusted, time)));
            return all;
        }
    }

    public static Alerts of(Sources from, Ways ways, Time time) {
        var table = new AlertTable(from.database());
        return new Alerts(from.database(), List.of(new TroubleRule(from.own().trouble()),
                new ValidationRule(from.mail(), from.faults(), from.connectors(), table),
                new RateRule(Alert.Kind.DelayRate, ways.terms().maxDelayPercent(), from.mail(), from.connectors()),
                new RateRule(Alert.Kind.NoticeRate, ways.terms().maxNoticePercent(), from.mail(), from.connectors()),
                new RolloutRule(Alert.Kind.RolloutWaiting, from.rollouts(), from.connectors()),
                new RolloutRule(Alert.Kind.RolloutRolledBack, from.rollouts(), from.connectors()),
                new PolicyRule(from.policies()), new CertificateRule(from.own().certificates()),
                // Last, since it may wait for servers that do not answer.
                new ResolverRule(from.own().resolvers())), ways.all(time), time);
    }

    /// Keeps what a step of a rollout tells, in the transaction of the step.
    public static void stepped(Connection writing, RolloutStep step) throws SQLException {
        RolloutRule.stepped(writing, step);
    }

    /// Forgets those that were over before a time, in steps that hold up no mail.
    public static void prune(Database database, Instant before) throws IOException {
        AlertTable.prune(database, before);
    }

    /// Open ones, by number.
    public List<Alert> open() throws IOException { return table.open(); }

    /// The latest first.
    ///
    /// @param since also those that were over since then; empty for open ones alone
    public List<Alert> all(Optional<Instant> since, int limit) throws IOException { return table.all(since, limit); }

    /// Asks all rules. One that fails keeps no other from its turn, and ends nothing.
    ///
    /// @return what began and what is over
    public synchronized List<Alert> look() throws IOException {
        Instant now = time.instant();
        List<Alert> open = table.open();
        var began = new ArrayList<Began>();
        var said = new ArrayList<Alert>();
        var cleared = new ArrayList<Alert>();
        for (AlertRule rule : rules) {
            List<Alert> own = open.stream().filter(one -> one.kind() == rule.kind()).toList();
            try {
                judge(rule, rule.look(now, own), own, now, new Changes(began, said, cleared));
            } catch (IOException | RuntimeException broken) {
                if (Thread.currentThread().isInterrupted()) throw broken;
                LOG.log(System.Logger.Level.WARNING, "event=alert-rule-failed kind=" + rule.kind(), broken);
            }
        }
        calmSince.keySet().retainAll(open.stream().map(Alert::number).toList());
        if (began.isEmpty() && said.isEmpty() && cleared.isEmpty()) return List.of();
        List<Alert> changed = database.<List<Alert>>write(connection -> {
            var kept = new ArrayList<Alert>();
            for (Began one : began)
                AlertTable.begin(connection, one.kind(), one.found()).ifPresent(kept::add);
            for (Alert one : said)
                AlertTable.say(connection, one, one.words());
            for (Alert one : cleared)
                AlertTable.clear(connection, one, one.cleared().orElseThrow());
            kept.addAll(cleared);
            return kept;
        });
        changed.forEach(Alerts::log);
        return changed;
    }

    /// Has told what was not told yet. A way that fails keeps no other from its turn, and tries again.
    public void tell() throws IOException {
        for (AlertChannel.Way way : AlertChannel.Way.values())
            if (channels.stream().noneMatch(channel -> channel.way() == way)) table.off(way);
        for (AlertChannel channel : channels)
            try {
                List<Alert> untold = table.untold(channel.way());
                if (!untold.isEmpty()) channel.tell(untold, table);
            } catch (IOException | RuntimeException broken) {
                if (Thread.currentThread().isInterrupted()) throw broken;
                LOG.log(System.Logger.Level.WARNING, "event=alert-not-told way=" + channel.way(), broken);
            }
    }

    private record Began(Alert.Kind kind, AlertRule.Finding found) {}

    private record Changes(List<Began> began, List<Alert> said, List<Alert> cleared) {}

    private void judge(AlertRule rule, AlertRule.Look look, List<Alert> open, Instant now, Changes changes) {
        Map<Subject, AlertRule.Finding> found = look.found().stream().collect(Collectors.toMap(
                AlertRule.Finding::subject, Function.identity(), (first, _) -> first));
        for (Alert one : open) {
            AlertRule.Finding still = found.remove(one.subject());
            if (still != null) {
                calmSince.remove(one.number());
                if (!still.words().equals(one.words()))
                    changes.said().add(with(one, still.words(), Optional.empty()));
                continue;
            }
            if (look.over().contains(one.subject())) calmSince.putIfAbsent(one.number(), now);
            @Nullable
            Instant calm = calmSince.get(one.number());
            if (calm != null && (!rule.wavers() || !now.isBefore(calm.plus(CALM))))
                changes.cleared().add(with(one, one.words(), Optional.of(calm.isBefore(one.since()) ? now : calm)));
        }
        found.values().forEach(one -> changes.began().add(new Began(rule.kind(), one)));
    }

    private static Alert with(Alert one, Alert.Words words, Optional<Instant> cleared) {
        return new Alert(one.number(), one.kind(), one.subject(), one.since(), words, cleared);
    }

    private static void log(Alert one) {
        LOG.log(one.isOpen() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                "event={0} alert={1} kind={2} connector={3} domain={4} name=\"{5}\" since={6} why=\"{7}\"",
                one.isOpen() ? "alert" : "alert-over", one.identity(), one.kind(), one.subject().connector(),
                one.subject().domain(), one.subject().name(), one.since(), one.words().why());
    }
}
