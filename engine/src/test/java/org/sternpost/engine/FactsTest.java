package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Facts are values until a person or a peer reads them: where mail is judged, delivered and told of, nothing reads a
/// text that our own code wrote. Who reads texts all the same is named here, and whose they are.
class FactsTest {

    private static final List<String> PACKAGES = List.of("control", "dane", "delivery", "evidence", "intake", "partner",
            "queue", "report", "rollout", "schedule", "tls", "trust");
    private static final Map<String, String> WHOSE = Map.ofEntries(
            Map.entry("control/ChainWords", "lays out sentences: their first letter and their full stop"),
            Map.entry("control/FlowReports", "an operator's: a pattern of domains"),
            Map.entry("control/MessagePlans", "an operator's: connector/domain"),
            Map.entry("control/QueueFilters", "an operator's: an order of columns"),
            Map.entry("control/QueuePlans", "an operator's: connector/domain"),
            Map.entry("control/ReportFile", "an operator's: the ending of a file's name"),
            Map.entry("control/Traces", "an operator's: a message id"),
            Map.entry("dane/Tlsa", "a zone's: presentation form (RFC 6698 §2.2)"),
            Map.entry("delivery/FailurePolicy", "a peer's: an enhanced code (RFC 3463)"),
            Map.entry("delivery/Remedies", "a peer's: an enhanced code (RFC 3463)"),
            Map.entry("evidence/HostEvidence", "a column of an address and its port"),
            Map.entry("partner/Letter", "lays out sentences: their words"),
            Map.entry("queue/EnvelopeChecksum", "names of columns"), Map.entry("queue/Recovery", "names of columns"),
            Map.entry("queue/RecordHeader", "a list of words of NOTIFY"),
            Map.entry("queue/Tables", "a column of words"),
            Map.entry("queue/TraceFilter", "an operator's: an address or a part of it"),
            Map.entry("rollout/RolloutTable", "columns of numbers and of lines"),
            Map.entry("rollout/StepWindow", "an operator's: days of the week and hours"),
            Map.entry("tls/Handshake", "a name of the settings, and Java's own message of its limits"),
            Map.entry("tls/TlsLimits", "Java's list of algorithms"));
    private static final Pattern READS = Pattern.compile("(?m)^(?! *//).*\\.(startsWith|endsWith|contains|indexOf"
            + "|lastIndexOf|split|matches|replaceFirst|replaceAll)\\([\"']");

    private final Path engine = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize()
            .resolve("engine/src/main/java/org/sternpost/engine");

    @Test
    void nothingReadsWhatOurOwnCodeWrote() throws IOException {
        var reading = new TreeSet<String>();
        for (String name : PACKAGES)
            try (Stream<Path> files = Files.list(engine.resolve(name))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".java")).collect(Collectors.toSet()))
                    if (READS.matcher(Files.readString(file)).find())
                        reading.add(name + "/" + file.getFileName().toString().replace(".java", ""));
            }
        assertEquals(new TreeSet<>(WHOSE.keySet()), reading);
    }
}
