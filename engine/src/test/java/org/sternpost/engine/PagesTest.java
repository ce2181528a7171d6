package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What pages and comments point to is there, in every clone.
class PagesTest {

    /// A page by its path from the root, with a place in it: `docs/shell.md#values`.
    private static final Pattern CITED = Pattern
            .compile("(?<![\\w.])((?:docs/|engine/)?[A-Za-z][\\w-]*\\.md)(?!\\w)(?:#([\\w-]+))?");
    /// A link of a page: `[text](../engine/RFC.md#rules)`.
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([\\w-]+)\">");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    /// What a reader of a clone cannot follow: pages of elsewhere, commits by number, issues.
    private static final Pattern ELSEWHERE = Pattern.compile(
            "\\(design:|[Dd]esign page|\\bcommit [0-9a-f]{7,40}\\b|\\b[Ii]ssue #?\\d+\\b");
    /// A file of the code in a page: `delivery/DeliveryPlan.java`, or of a package: `schedule/package-info.java`.
    private static final Pattern CODE = Pattern.compile("`((?:[\\w-]+/)+[\\w-]+\\.(?:java|groovy|yaml|csv|sh))`");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void everyPlaceThatCodeCitesIsThere() {
        var broken = new ArrayList<String>();
        for (Path file : files(PagesTest::isCode)) {
            if (file.endsWith("PagesTest.java")) continue;
            CITED.matcher(text(file)).results().forEach(cited -> {
                Path page = root.resolve(cited.group(1));
                if (!Files.exists(page)) broken.add(name(file) + " cites " + cited.group() + ", which no clone has");
                else if (cited.group(2) != null && !places(page).contains(cited.group(2)))
                    broken.add(name(file) + " cites " + cited.group() + ", a place that is not there");
            });
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void everyLinkOfAPageLeadsSomewhere() {
        var broken = new ArrayList<String>();
        for (Path page : files(PagesTest::isPage))
            LINK.matcher(FENCED.matcher(text(page)).replaceAll("")).results()
                    .filter(link -> !link.group(1).contains("://")).forEach(link -> {
                        Path target = link.group(1).isEmpty()
                                ? page
                                : page.resolveSibling(link.group(1)).normalize();
                        if (!Files.exists(target)) broken.add(name(page) + ": " + link.group() + " leads nowhere");
                        else if (link.group(2) != null && !places(target).contains(link.group(2)))
                            broken.add(name(page) + ": " + link.group() + " leads to no place of that page");
                    });
        assertEquals(List.of(), broken);
    }

    /// Pages name files of the code from the root, or from the root of a module's main or test sources.
    @Test
    void everyFileOfTheCodeThatAPageNamesIsThere() {
        var broken = new ArrayList<String>();
        List<String> code = files(PagesTest::isCode).stream().map(this::name).toList();
        for (Path page : files(PagesTest::isPage))
            CODE.matcher(text(page)).results().map(found -> found.group(1)).distinct()
                    .filter(named -> code.stream().noneMatch(one -> one.equals(named) || one.endsWith("/" + named)))
                    .forEach(named -> broken.add(name(page) + " names " + named));
        assertEquals(List.of(), broken);
    }

    @Test
    void nothingPointsToWhatACloneDoesNotHave() {
        var broken = new ArrayList<String>();
        for (Path file : files(path -> isCode(path) || isPage(path)))
            if (!file.endsWith("PagesTest.java"))
                ELSEWHERE.matcher(text(file)).results()
                        .forEach(found -> broken.add(name(file) + " says '" + found.group() + "'"));
        assertEquals(List.of(), broken);
    }

    /// A page without a name for each of its places would let a wrong citation pass.
    @Test
    void placesAreNamedByAnchorsAndHeadings() {
        Set<String> places = places(root.resolve("docs/transport-security.md"));
        assertEquals(Set.of(), Stream.of("mode-enabled", "dane", "delivery-what-each-failure-means")
                .filter(place -> !places.contains(place)).collect(java.util.stream.Collectors.toSet()));
        assertFalse(places.contains("dane-never-heard-of"));
    }

    private static Set<String> places(Path page) {
        String text = FENCED.matcher(text(page)).replaceAll("");
        var places = new HashSet<String>();
        ANCHOR.matcher(text).results().forEach(anchor -> places.add(anchor.group(1)));
        // As hosts of repositories make them: lower case, without marks, blanks as dashes.
        HEADING.matcher(text).results().forEach(heading -> places.add(heading.group(1).toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')));
        return places;
    }

    private List<Path> files(Predicate<Path> wanted) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).filter(path -> Stream.of("target", ".git", ".cache").noneMatch(
                    skipped -> root.relativize(path).toString().contains(skipped + "/"))).filter(wanted).sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isCode(Path file) {
        return Stream.of(".java", ".groovy", ".sh", ".yaml", ".csv", "/pom.xml", "/sternpost").anyMatch(
                file.toString()::endsWith);
    }

    private static boolean isPage(Path file) { return file.toString().endsWith(".md"); }

    private String name(Path file) { return root.relativize(file).toString(); }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
