package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.sternpost.engine.Engine;
import org.sternpost.engine.time.Patience;

/// Our SQL runs on PostgreSQL as on SQLite, and both answer alike: a real server hears every statement that the tests
/// of everything with tables make the engine say. A statement that none of them makes it say fails here too.
class PostgresTest {

    /// Tests that between them say all statements of the engine.
    private static final List<String> LIFE = List.of("queue.TraceSearchTest#eachFilterKeepsWhatItSays",
            "queue.TraceSearchTest#severalOfAKindAndPatternsAreTakenTogether",
            "queue.TraceSearchTest#aSearchThatGoesOnLosesNoRowAndShowsNoneTwice", "queue.TraceFollowTest",
            "queue.RetTest",
            "queue.RequireTlsTagTest", "queue.TraceEventsTest", "RetentionTest", "AuditRetentionTest", "IndexesTest",
            "evidence.VerdictsTest",
            "evidence.EvidenceLogTest", "connector.ConnectorsTest", "connector.TlsOverridesTest",
            "control.QueuePlansTest", "control.MessageActsTest", "control.MessageListTest",
            "control.RolloutReleaseTest",
            "control.TlsExceptionWatchTest",
            "rollout.RolloutsTest", "rollout.RolloutStepsTest", "tlsrpt.AggregatesTest", "tlsrpt.SenderTest",
            "mtasts.DatabasePolicyStoreTest", "mtasts.PolicyRefreshTest", "report.AttemptStatisticsTest",
            "report.ShadowScheduleTest", "schedule.SchedulerTest", "schedule.RuleRouteTest",
            "credential.SubmissionUsersTest", "flow.FlowsTest", "SetAsideTest", "partner.PartnerNoticesTest");

    @TempDir
    static Path directory;
    private static EmbeddedPostgres postgres;
    private static BothDatabases both;
    private static SummaryGeneratingListener life;

    @BeforeAll
    static void runThemOnBoth() throws Exception {
        Path unpacked = Path.of("target", "postgres").toAbsolutePath();
        try {
            postgres = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(Files.createDirectories(unpacked).toFile())
                    .setDataDirectory(directory.resolve("data")).setCleanDataDirectory(false)
                    .setLocaleConfig("locale", "C").setServerConfig("fsync", "off")
                    .setPGStartupWait(Patience.AMPLE).start();
        } catch (IOException | IllegalStateException hindered) {
            abort("no PostgreSQL starts here: " + hindered);
        }
        var tests = new ArrayList<DiscoverySelector>();
        for (String name : LIFE) {
            // One that is gone would be passed over without a word.
            Class<?> test = Class.forName("org.sternpost.engine." + name.replaceFirst("#.*", ""));
            tests.add(name.contains("#") ? selectMethod(test, name.replaceFirst(".*#", "")) : selectClass(test));
        }
        life = new SummaryGeneratingListener();
        try (var asked = new BothDatabases(PostgresTest::connect)) {
            both = asked;
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(tests).build(), life);
        }
    }

    @AfterAll
    static void stop() throws IOException { if (postgres != null) postgres.close(); }

    private static Connection connect() throws SQLException { return postgres.getPostgresDatabase().getConnection(); }

    /// All steps of the schema, in PostgreSQL's own words and twice, as at each start.
    @Test
    void theSchemaIsMadeThereAndMadeAgain() throws SQLException {
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA made");
            statement.execute("SET search_path TO made");
            for (int start = 0; start < 2; start++)
                for (String ddl : schema())
                    statement.execute(ddl);
        }
    }

    /// What no test makes the engine say is prepared there at least; what cannot be, because a part of its text comes
    /// from elsewhere, is a gap in the list above.
    @Test
    void noStatementOfOursIsUnheard() throws Exception {
        var unheard = new TreeSet<String>();
        var refused = new ArrayList<String>();
        try (var connection = connect(); var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA prepared");
            statement.execute("SET search_path TO prepared");
            for (String ddl : schema())
                statement.execute(ddl);
            for (SqlTexts.Text text : SqlTexts.ofEngine()) {
                if (text.isPartOf(schema()) || text.isPartOf(both.seen())) continue;
                if (!text.isWhole()) unheard.add(text.toString());
                else
                    try (var prepared = connection.prepareStatement(text.sql())) {
                        prepared.getParameterMetaData();
                    } catch (SQLException no) {
                        refused.add(text + ": " + no.getMessage());
                    }
            }
        }
        assertEquals(List.of(), refused, () -> String.join("\n", refused));
        assertEquals(new TreeSet<>(), unheard, () -> String.join("\n", unheard));
    }

    private static List<String> schema() {
        return Stream.concat(Opening.TABLES.stream(), Engine.SCHEMA.stream()).toList();
    }

    @Test
    void bothAnswerAlike() {
        assertEquals(List.of(), both.differences(), () -> String.join("\n\n", both.differences()));
        assertTrue(both.files() > 50, "files with a twin: " + both.files());
        assertEquals(List.of(), life.getSummary().getFailures().stream()
                .map(failed -> failed.getTestIdentifier().getUniqueId() + ": " + failed.getException()).toList());
    }
}
