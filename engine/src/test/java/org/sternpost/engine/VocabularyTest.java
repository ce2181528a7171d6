package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Names that mean what they say (docs/vocabulary.md): what is thrown ends in Exception, nothing else does, and words
/// that were retired stay out.
class VocabularyTest {

    /// A type of ours, with what it extends.
    private static final Pattern TYPE = Pattern.compile(
            "(?m)^ *(?:(?:public|private|protected|static|final|sealed|non-sealed|abstract) )*"
                    + "(class|record|interface|enum) (\\w+)(?:<[^{]*?>)?(?:[^{;]*? extends ([\\w.]+))?[^{;]*\\{");
    /// What mail or Java calls otherwise, by module or package, with the word that took its place.
    private static final Map<String, String> RETIRED = Map.ofEntries(Map.entry("engine/dns/Trail", "ProofLog"),
            Map.entry("engine/dns/Step", "ProofStep"), Map.entry("engine/mx/Route", "MxHosts"),
            Map.entry("engine/trust/Destination", "JudgedRoute"), Map.entry("engine/trust/Ranking", "PolicyDecision"),
            Map.entry("engine/trust/Words", "FailureMessages"),
            Map.entry("engine/tlsrpt/Reporter", "TlsRptReport.Submitter"),
            Map.entry("engine/mail/TlsWish", "RequireTlsTag"), Map.entry("engine/time/Curfew", "ConnectionDeadline"),
            Map.entry("engine/time/Abreast", "BoundedParallel"), Map.entry("engine/queue/Body", "MessageContent"),
            Map.entry("engine/queue/Desk", "QueueAdmin"), Map.entry("engine/queue/Lanes", "DestinationQueues"),
            Map.entry("engine/queue/Settlement", "QueueUpdate"), Map.entry("engine/dsn/NonDelivery", "DsnWriter"),
            Map.entry("engine/delivery/Carrier", "DeliveryAgent"),
            Map.entry("engine/delivery/Round", "DeliveryAttempt"),
            Map.entry("engine/delivery/Judgement", "FailurePolicy"),
            Map.entry("engine/delivery/Witness", "EvidenceRecorder"),
            Map.entry("engine/delivery/Calls", "SessionPool"), Map.entry("engine/delivery/Call", "PooledSession"),
            Map.entry("engine/delivery/Observed", "ConnectResult"),
            Map.entry("engine/delivery/Required", "RequireTlsRules"),
            Map.entry("engine/delivery/Rehearsal", "ShadowJudge"),
            Map.entry("engine/delivery/Forecast", "ModeOutcome"),
            Map.entry("engine/delivery/Opening", "TlsSession"), Map.entry("engine/smtp/server/Spool", "IncomingBuffer"),
            Map.entry("engine/delivery/Attempt", "AttemptResult"),
            Map.entry("engine/delivery/Consignment", "ClaimedDelivery"),
            Map.entry("engine/delivery/LastLook", "PolicyRecheck"),
            Map.entry("engine/delivery/Lane", "DestinationQueue"),
            Map.entry("engine/schedule/Reprieve", "PolicyRecheck"),
            Map.entry("engine/schedule/Settler", "AttemptRecorder"),
            Map.entry("engine/smtp/server/Reception", "ListenerConfig"),
            Map.entry("engine/smtp/server/Intake", "MessageSink"),
            Map.entry("engine/smtp/server/Wire", "SmtpConnection"),
            Map.entry("engine/connector/TlsException", "TlsOverride"), Map.entry("engine/Upkeep", "Maintenance"),
            Map.entry("engine/queue/Submission", "Envelope"), Map.entry("engine/queue/Routing", "ConnectorRouting"),
            Map.entry("engine/connector/Routes", "ConnectorRouting"),
            Map.entry("engine/smtp/client/Parcel", "Envelope"), Map.entry("engine/smtp/server/Letter", "Envelope"),
            Map.entry("engine/Tuning", "TestHooks"), Map.entry("engine/report/Bookkeeper", "AttemptStatistics"),
            Map.entry("shell/filter/Sieve", "FilterEvaluator"),
            Map.entry("shell/render/Ink", "AnsiStyle"),
            Map.entry("shell/render/Look", "ColumnLayout"),
            Map.entry("shell/render/Show", "ValueFormat"),
            Map.entry("shell/run/Voice", "Console"),
            Map.entry("shell/run/Outlet", "PipelineStep"),
            Map.entry("shell/run/Faults", "FailureReporter"),
            Map.entry("cmdlets/wire/Clerk", "CommandExecutor"),
            Map.entry("cmdlets/wire/Link", "EngineClient"),
            Map.entry("cmdlets/pipeline/Hoard", "RecordBuffer"),
            Map.entry("cmdlets/pipeline/Gathering", "CollectingStage"),
            Map.entry("cmdlets/pipeline/Picking", "Selection"),
            Map.entry("cmdlets/BagItem", "CustomItem"));

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void whatIsThrownEndsInExceptionAndNothingElseDoes() {
        var broken = new ArrayList<String>();
        for (Path file : sources())
            TYPE.matcher(text(file)).results().forEach(type -> {
                String name = type.group(2);
                String above = type.group(3) == null ? "" : type.group(3);
                boolean thrown = type.group(1).equals("class")
                        && (above.endsWith("Exception") || above.endsWith("Error") || above.equals("Throwable"));
                if (thrown && !name.endsWith("Exception") && !name.endsWith("Error"))
                    broken.add(name(file) + ": " + name + " is thrown");
                // Cmdlets are called after their nouns, one of which is TlsException.
                if (!thrown && name.endsWith("Exception") && !name(file).startsWith("cmdlets/"))
                    broken.add(name(file) + ": " + name + " is not thrown");
            });
        assertEquals(List.of(), broken);
    }

    @Test
    void retiredWordsStayOut() {
        var broken = new ArrayList<String>();
        for (Path file : sources()) {
            String inModule = name(file).replaceFirst("^.*/org/sternpost/", "").replaceFirst("\\.java$", "");
            if (RETIRED.containsKey(inModule)) broken.add(inModule + ": say " + RETIRED.get(inModule));
        }
        assertEquals(List.of(), broken);
    }

    /// Whoever reads an import need not look which of the two it is. `bench`, a program of its own, imports none.
    @Test
    void noTwoPackagesHaveATypeOfOneName() {
        var places = new TreeMap<String, Set<String>>();
        for (Path file : sources())
            places.computeIfAbsent(String.valueOf(file.getFileName()), _ -> new TreeSet<>()).add(name(file));
        places.remove("package-info.java");
        places.values().forEach(files -> files.removeIf(file -> file.startsWith("bench/")));
        places.values().removeIf(files -> files.size() < 2);
        assertEquals(Map.of(), places);
    }

    /// The pattern sees what it is to see.
    @Test
    void typesAreFoundWithWhatTheyExtend() {
        var types = TYPE.matcher("""
                public final class Broken extends IOException {
                    private static final class Inner<T> extends RuntimeException implements Runnable {}
                record LateException(int a) {}
                """).results().map(type -> type.group(2) + " " + type.group(3)).toList();
        assertEquals(List.of("Broken IOException", "Inner RuntimeException", "LateException null"), types);
        assertTrue(sources().size() > 100, "sources");
    }

    private List<Path> sources() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> path.toString().contains("/src/main/java/")
                    && path.toString().endsWith(".java") && !path.toString().contains("/target/")).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private String name(Path file) { return root.relativize(file).toString(); }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
