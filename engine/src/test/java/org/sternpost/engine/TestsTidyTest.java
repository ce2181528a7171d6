package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// What holds for the tests of all modules: none is skipped without a word, and one that hangs ends by itself.
class TestsTidyTest {

    private static final Pattern SKIPS = Pattern.compile("\\b(?:assumeTrue|assumeFalse|assumingThat|abort)\\(");
    private static final Pattern TIMEOUT = Pattern.compile("@Timeout\\(([^)]*)\\)");
    private static final Pattern SECONDS = Pattern.compile("[\\d_]+");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    /// Samples, which no build runs by themselves.
    static class Skipping {
        @Test
        void ofItself() { Assumptions.assumeTrue(false, "there is no moon"); }
    }

    static class SkippingAll {
        @BeforeAll
        static void all() { Assumptions.abort("there is no sun"); }

        @Test
        void whatever() {}
    }

    @Test
    void whoeverIsSkippedIsToldOfWithTheReason() {
        var said = new ByteArrayOutputStream();
        LauncherDiscoveryRequest samples = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Skipping.class), selectClass(SkippingAll.class)).build();
        LauncherFactory.create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
                .execute(samples, new SkippedTests(new PrintStream(said, true, StandardCharsets.UTF_8)));
        assertEquals(List.of("TestsTidyTest$Skipping.ofItself: skipped: there is no moon",
                "TestsTidyTest$SkippingAll: skipped: there is no sun"),
                said.toString(StandardCharsets.UTF_8).lines().sorted().toList());
        assertTrue(ServiceLoader.load(TestExecutionListener.class).stream()
                .anyMatch(one -> one.type() == SkippedTests.class), "JUnit does not find it");
    }

    @Test
    void nothingIsSkippedWithoutAReason() throws IOException {
        var broken = new ArrayList<String>();
        for (Path file : tests()) {
            String text = Files.readString(file);
            Matcher skip = SKIPS.matcher(text);
            while (skip.find()) {
                List<String> arguments = arguments(text, skip.end());
                int wanted = skip.group().equals("abort(") ? 1 : 2;
                if (arguments.size() < wanted) broken.add(root.relativize(file) + ": " + skip.group() + arguments);
            }
        }
        assertEquals(List.of(), broken);
    }

    /// Else it is ended from outside, with all tests of its module, and nobody learns which it was.
    @Test
    void aTestThatHangsEndsBeforeItsModuleIsEnded() throws IOException {
        String pom = Files.readString(root.resolve("pom.xml"));
        long module = number(Pattern.compile("<surefire.timeout>(\\d+)<").matcher(pom));
        // What else its module does on a busy machine needs time too.
        long most = module - 1_200;
        var broken = new ArrayList<String>();
        for (Path file : tests()) {
            Matcher timeout = TIMEOUT.matcher(Files.readString(file));
            while (timeout.find())
                if (!SECONDS.matcher(timeout.group(1)).matches()
                        || Long.parseLong(timeout.group(1).replace("_", "")) > most)
                    broken.add(root.relativize(file) + ": " + timeout.group() + ", and " + most + " s are the most");
        }
        assertEquals(List.of(), broken);
        assertTrue(60 * number(Pattern.compile("timeout.default>(\\d+) m<").matcher(pom)) <= most);
    }

    private static long number(Matcher found) {
        assertTrue(found.find(), found.toString());
        return Long.parseLong(found.group(1));
    }

    /// What stands between a parenthesis and the one that closes it, at each comma that is in no other pair.
    private static List<String> arguments(String text, int from) {
        var arguments = new ArrayList<String>();
        int depth = 0;
        boolean quoted = false;
        int begin = from;
        for (int at = from;; at++) {
            char c = text.charAt(at);
            if (c == '"' && text.charAt(at - 1) != '\\') quoted = !quoted;
            if (quoted) continue;
            if (c == '(') depth++;
            if (depth == 0 && (c == ',' || c == ')')) {
                String argument = text.substring(begin, at).strip();
                if (!argument.isEmpty()) arguments.add(argument);
                begin = at + 1;
                if (c == ')') return arguments;
            }
            if (c == ')') depth--;
        }
    }

    private List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> path.toString().endsWith(".java") && path.toString().contains("/src/test/")
                    && !path.toString().contains("/target/") && !path.endsWith("TestsTidyTest.java")).sorted().toList();
        }
    }
}
