package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Each row of the tables in `docs/transport-security.md` stands in `engine/RFC.md` with what decides and proves it.
class RulesTest {

    /// One row of both pages.
    ///
    /// @param section the RFC's, or `own`
    private record Rule(String anchor, String section, List<String> deciders, List<String> tests) {}

    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[([\\w-]+)]\\(\\.\\./docs/transport-security\\.md#"
            + "([\\w-]+)\\) \\| ([^|]+) \\| ([^|]+) \\|$");
    /// A row that decides something: it begins with its anchor and ends with its section.
    private static final Pattern DECISION = Pattern
            .compile("(?m)^\\| <a id=\"([\\w-]+)\"></a>`([\\w-]+)` \\|.*\\| ([^|]+) \\|$");
    private static final Pattern NAMED = Pattern.compile("`([a-zA-Z.0-9]+)#(\\w+)`");
    private static final Pattern SECTION = Pattern.compile("RFC (\\d+) §([\\d.]+)");
    private static final String ROOT = "org.sternpost.engine.";
    private static final String PAGE = "docs/transport-security.md";

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void everyRowOfTheTablesIsARule() throws IOException {
        assertEquals(List.copyOf(decisions().keySet()), rules().stream().map(Rule::anchor).toList(),
                "the rows of " + PAGE + " and those of engine/RFC.md, in order");
    }

    @Test
    void everyRowOfTheTablesHasAnAnchorAndASection() throws IOException {
        var broken = new ArrayList<String>();
        List<String> lines = Files.readAllLines(root.resolve(PAGE));
        for (int i = 0; i < lines.size(); i++) {
            boolean head = i + 1 < lines.size() && lines.get(i + 1).startsWith("|---");
            if (!lines.get(i).startsWith("|") || lines.get(i).startsWith("|---") || head) continue;
            var row = DECISION.matcher(lines.get(i));
            if (!row.find() || !row.group(1).equals(row.group(2))) broken.add((i + 1) + " has no anchor of its own");
            else if (!row.group(3).equals("own") && !SECTION.matcher(row.group(3)).find())
                broken.add((i + 1) + " names neither a section nor 'own'");
        }
        assertEquals(List.of(), broken, "lines of " + PAGE);
    }

    @Test
    void everyRuleNamesAMethodThatDecidesIt() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules()) {
            if (rule.deciders().isEmpty()) broken.add(rule.anchor() + ": nothing decides it");
            for (String decider : rule.deciders())
                if (methods(decider).isEmpty()) broken.add(rule.anchor() + ": no method " + decider);
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void everyRuleNamesATestThatRuns() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules()) {
            if (rule.tests().isEmpty()) broken.add(rule.anchor() + ": nothing proves it");
            for (String test : rule.tests()) {
                List<AnnotatedElement> found = methods(test);
                if (found.isEmpty()) broken.add(rule.anchor() + ": no test " + test);
                else if (found.stream().noneMatch(RulesTest::isTest))
                    broken.add(rule.anchor() + ": no test is " + test);
            }
        }
        assertEquals(List.of(), broken);
    }

    /// What an RFC says is cited by its section, what we say ourselves by the row.
    @Test
    void theFileThatDecidesCitesTheSectionOrTheRow() throws IOException {
        var broken = new ArrayList<String>();
        for (Rule rule : rules()) {
            var sources = new ArrayList<String>();
            for (String decider : rule.deciders())
                sources.add(Files.readString(source(decider)));
            for (MatchResult section : SECTION.matcher(rule.section()).results().toList())
                if (sources.stream().noneMatch(source -> cites(source, section.group(1), section.group(2))))
                    broken.add(rule.anchor() + ": " + section.group() + " is cited by none of " + rule.deciders());
            if (rule.section().equals("own")
                    && sources.stream().noneMatch(source -> source.contains(PAGE + "#" + rule.anchor())))
                broken.add(rule.anchor() + ": " + PAGE + "#" + rule.anchor() + " is cited by none of "
                        + rule.deciders());
        }
        assertEquals(List.of(), broken);
    }

    /// The ways through the code that CONTRIBUTING.md shows are rows of the list.
    @Test
    void methodsThatContributorsAreLedToAreDeciders() throws IOException {
        List<String> deciders = rules().stream().flatMap(rule -> rule.deciders().stream()).toList();
        List<String> shown = named(Files.readString(root.resolve("CONTRIBUTING.md"))).stream()
                .filter(name -> name.contains(".")).toList();
        assertTrue(shown.size() >= 3, "three ways through the code: " + shown);
        assertEquals(List.of(), shown.stream().filter(name -> !deciders.contains(name)).toList());
    }

    private List<Rule> rules() throws IOException {
        Map<String, String> sections = decisions();
        return ROW.matcher(Files.readString(root.resolve("engine/RFC.md"))).results()
                .map(row -> new Rule(row.group(2), sections.getOrDefault(row.group(2), ""), named(row.group(3)),
                        named(row.group(4))))
                .toList();
    }

    /// Anchors of the tables with their sections, from top to bottom.
    private Map<String, String> decisions() throws IOException {
        var sections = new LinkedHashMap<String, String>();
        DECISION.matcher(Files.readString(root.resolve(PAGE))).results()
                .forEach(row -> assertNull(sections.put(row.group(1), row.group(3)), row.group(1) + " stands twice"));
        return sections;
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
