package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of rules in `engine/RFC.md`: what it names is there, and decides and proves what the row says.
class RulesTest {

    /// One row: `| 2.1 | situation | section | deciders | tests |`.
    private record Rule(String number, String situation, String section, List<String> deciders, List<String> tests) {
        int chapter() { return Integer.parseInt(number.substring(0, number.indexOf('.'))); }
    }

    private static final Pattern ROW = Pattern
            .compile("(?m)^\\| (\\d\\.\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern NAMED = Pattern.compile("`([a-zA-Z.]+)#(\\w+)`");
    private static final Pattern SECTION = Pattern.compile("RFC (\\d+) §([\\d.]+)");
    private static final String ROOT = "org.sternpost.engine.";

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void everyRuleNamesAMethodThatDecidesIt() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules())
            for (String decider : rule.deciders())
                if (methods(decider).isEmpty()) broken.add(rule.number() + ": no method " + decider);
        assertEquals(List.of(), broken);
    }

    @Test
    void everyRuleNamesATestThatRuns() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules())
            for (String test : rule.tests()) {
                List<AnnotatedElement> found = methods(test);
                if (found.isEmpty()) broken.add(rule.number() + ": no test " + test);
                else if (found.stream().noneMatch(RulesTest::isTest))
                    broken.add(rule.number() + ": no test is " + test);
            }
        assertEquals(List.of(), broken);
    }

    /// A rule without a section of its own cites none; one that has it is cited where it is decided.
    @Test
    void theFileThatDecidesCitesTheSection() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules())
            for (MatchResult section : SECTION.matcher(rule.section()).results().toList()) {
                boolean cited = false;
                for (String decider : rule.deciders())
                    cited |= cites(Files.readString(source(decider)), section.group(1), section.group(2));
                if (!cited)
                    broken.add(rule.number() + ": " + section.group() + " is cited by none of " + rule.deciders());
            }
        assertEquals(List.of(), broken);
    }

    @Test
    void rulesAreNumberedWithoutAGap() throws IOException {
        var last = new TreeMap<Integer, Integer>();
        for (Rule rule : rules()) {
            int expected = last.merge(rule.chapter(), 1, Integer::sum);
            assertEquals(rule.chapter() + "." + expected, rule.number());
            assertFalse(rule.deciders().isEmpty() || rule.tests().isEmpty(), rule.number() + " names nothing");
        }
    }

    /// The design page numbers nothing; its rows are counted, so that a new one is not forgotten here.
    @Test
    void everyRowOfTheDesignHasARule() throws IOException {
        Path design = root.resolve("../shared/design/transport-security.md");
        if (!Files.exists(design)) {
            System.out.println("rules: the design page is not beside this project; its rows are not counted");
            return;
        }
        var wanted = new TreeMap<Integer, Integer>();
        int chapter = 0;
        for (String line : Files.readAllLines(design)) {
            if (line.matches("## \\d\\..*")) chapter = line.charAt(3) - '0';
            boolean head = line.startsWith("|---")
                    || line.matches("\\| (`TlsValidation`|refinement|situation|code) \\|.*");
            if (line.startsWith("|") && !head || line.startsWith("- ")) wanted.merge(chapter, 1, Integer::sum);
        }
        var missing = new ArrayList<String>();
        wanted.forEach((number, rows) -> {
            long have = rulesOf(number);
            System.out.println("rules of section " + number + ": " + have + " for " + rows + " rows of the design");
            if (have < rows) missing.add("section " + number + ": " + have + " of " + rows);
        });
        assertEquals(List.of(), missing);
    }

    private long rulesOf(int chapter) {
        try {
            return rules().stream().filter(rule -> rule.chapter() == chapter).count();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    private List<Rule> rules() throws IOException {
        return ROW.matcher(Files.readString(root.resolve("engine/RFC.md"))).results()
                .map(row -> new Rule(row.group(1), row.group(2), row.group(3), named(row.group(4)),
                        named(row.group(5))))
                .toList();
    }

    private static List<String> named(String cell) {
        return NAMED.matcher(cell).results().map(found -> found.group(1) + "#" + found.group(2)).toList();
    }

    /// The methods of a name, private ones too, in the class or in one nested in it.
    private static List<AnnotatedElement> methods(String named) {
        String simple = named.substring(named.indexOf('#') + 1);
        try {
            Class<?> home = Class.forName(ROOT + named.substring(0, named.indexOf('#')));
            return Stream.concat(Stream.of(home), Arrays.stream(home.getDeclaredClasses()))
                    .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                    .filter(method -> method.getName().equals(simple)).map(AnnotatedElement.class::cast).toList();
        } catch (ClassNotFoundException none) {
            return List.of();
        }
    }

    private static boolean isTest(AnnotatedElement method) {
        return Arrays.stream(method.getAnnotations()).map(a -> a.annotationType().getSimpleName())
                .anyMatch(name -> List.of("Test", "ParameterizedTest", "FuzzTest", "TestFactory").contains(name));
    }

    private Path source(String named) {
        String type = ROOT + named.substring(0, named.indexOf('#'));
        return root.resolve("engine/src/main/java").resolve(type.replace('.', '/') + ".java");
    }

    /// `RFC 7672 §2.1.2`, also as a later section of a list: `RFC 8461 §3.3, §10.2`.
    private static boolean cites(String source, String rfc, String section) {
        return Pattern.compile("RFC " + rfc + "(?: §[\\d.]+,)* §" + Pattern.quote(section) + "(?![\\d]|\\.\\d)")
                .matcher(source).find();
    }
}
