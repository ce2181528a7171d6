package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;

/// What an administrator reads of each domain of the practice internet, whole, in one file that a person can judge.
///
/// What differs from run to run is written as a word in capitals. After a change of words, read the difference, then
/// copy `target/lab-sentences.txt` over `src/test/resources/golden/lab-sentences.txt`.
class SentencesTest {

    private static final Path WRITTEN = Path.of("target", "lab-sentences.txt");

    @TempDir
    static Path directory;

    @Test
    void eachDomainTellsWhatIsBrokenWhoMustActAndHow() throws Exception {
        var told = new StringBuilder();
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngines engines = LabEngines.on(lab, directory)) {
            engines.setMode(TlsValidation.Enabled);
            for (LabDomain domain : lab.domains())
                engines.of(domain).send(List.of(domain.ascii()));
            for (LabDomain domain : lab.domains()) {
                LabEngine one = engines.of(domain);
                told.append(steady(paragraph(domain, one.management().tls().validation(Domain.of(domain.ascii()), true),
                        one.awaitAttempt(domain.ascii(), 1, Patience.AMPLE).outcome()), lab));
            }
        }
        Files.writeString(WRITTEN, told);
        assertEquals(golden(), told.toString(), "see " + WRITTEN);
    }

    @Test
    void noSentenceIsWrittenForAnybodyButTheReader() throws Exception {
        for (String line : golden().lines().filter(each -> !each.startsWith("## ")).toList()) {
            assertTrue(!line.matches(
                    "(?i).*(exception|java\\.|dnsjava|id=[0-9]|javax\\.|\\bnull\\b(?![ -]MX)|PKIX path|NotAfter:).*"),
                    line);
            assertTrue(!line.contains("..  ") && !line.endsWith(".."), line);
        }
    }

    private static String paragraph(LabDomain domain, ProofView proof, Outcome met) {
        var lines = new StringBuilder("## " + domain.domain() + '\n').append(proof.verdict()).append('\n');
        if (!proof.remedy().isEmpty())
            lines.append("What to do: ").append(proof.remedy()).append('\n').append("Who must act: ")
                    .append(proof.owner()).append('\n');
        if (!(met instanceof Outcome.Delivered)) lines.append("Mail: ").append(met.status().text()).append('\n');
        return lines.append('\n').toString();
    }

    /// The same in each run.
    private static String steady(String text, Lab lab) {
        // Which step a host that hangs is given up at depends on how busy this machine is.
        return text
                .replaceAll("(no complete answer within [0-9.]+ s|no connection to port [0-9]+ of \\S+ at \\[.*?\\])",
                        "NO ANSWER")
                .replaceAll("timed out (waiting at greeting|connecting)", "timed out AT A STEP")
                .replaceAll("gave no answer in time at .* that address is called again from [^ ;]* on",
                        "timed out AT A STEP")
                .replaceAll("_" + lab.smtpPort() + "\\._tcp", "_25._tcp")
                .replaceAll("127\\.[0-9.]+:[0-9]+", "ADDRESS").replaceAll("127\\.[0-9.]+", "ADDRESS")
                .replaceAll("id [0-9a-f]+x1", "id ID").replaceAll("[0-9a-f]{40,}", "DIGEST")
                .replaceAll("[0-9a-f]{6,}(…|\\.\\.\\.)", "DIGEST…")
                .replaceAll("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "DATE").replaceAll("port [0-9]+", "port PORT");
    }

    private static String golden() throws Exception {
        try (var in = SentencesTest.class.getResourceAsStream("/golden/lab-sentences.txt")) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
