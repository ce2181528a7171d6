package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// What the README tells a newcomer to type first, on the practice internet; all other lines are in [PageCommandsTest].
class ReadmeTest {

    private static final Pattern BLOCK = Pattern.compile("```powershell\n(.*?)```", Pattern.DOTALL);

    private static List<String> blocks() throws Exception {
        String text = Files.readString(Path.of("..", "README.md"));
        return BLOCK.matcher(text).results().map(found -> found.group(1)).toList();
    }

    @Test
    void theFirstLinesAtThePromptRunCleanOnThePracticeInternet(@TempDir Path home) throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(home.resolve("lab")))) {
            Path settings = Files.writeString(home.resolve("sternpost.yaml"), lab.engineSettings(home, 0));
            Ran ran = Ran.with(settings, "-StartEngine", "-Command", blocks().getFirst());
            // Test-TlsValidation is asked about a domain whose record is wrong: 8 says so.
            assertEquals(8, ran.exit(), ran.err());
            assertFalse(ran.err().contains("warning") || ran.err().contains("error["), ran.err());
        }
    }
}
