package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// How the code reads, as a test (CONTRIBUTING.md#how-the-code-reads): who may use whom, what a package owes its
/// reader, what no file may hold.
class TidyTest {

    /// Bottom up: a package uses only what stands before it (and its own).
    private static final List<String> ENGINE = List.of("mail", "filter", "time", "process", "net", "store.journal",
            "store", "credential",
            "dkim", "dns",
            "dnssec", "smtp",
            "message",
            "mx",
            "certificate", "dane", "mtasts", "connector", "rule", "trust", "tls", "evidence", "smtp.client",
            "smtp.server", "queue", "intake", "pickup",
            "delivery", "dsn", "schedule", "report", "flow", "partner", "tlsrpt", "rollout", "alert", "config",
            "control.view",
            "control.page", "control");
    /// What the words at the prompt may be made of: values, never the engine's working parts.
    private static final List<String> SEEN_BY_CMDLETS = List.of("control", "control.view", "mail", "connector", "time",
            "process", "net", "credential");
    /// Bottom up as well; the root package of a module has no name here. The catalogue knows all cmdlets, and none
    /// knows it.
    private static final List<String> CMDLETS = List.of("", "transport", "rollout", "mail", "submission", "report",
            "pipeline",
            "wire",
            "catalogue");
    private static final List<String> SHELL = List.of("line", "filter", "item", "bind", "render", "run", "groovy",
            "terminal", "launch", "training", "");
    /// What all of the shell may know of the engine; `launch` alone starts one, `training` the program.
    private static final List<String> SEEN_BY_SHELL = List.of("control", "control.view", "mail", "connector", "time",
            "process", "store");
    private static final int FILE_LINES_MAX = 400;
    private static final int LINE_CHARACTERS_MAX = 120;
    private static final Pattern WRITTEN_OUT = Pattern
            .compile("(?m)^(?!import |package |\\s*//).*?\\b(org\\.sternpost\\.[\\w.]+)");
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?([\\w.]+)(?:\\.\\*)?;",
            Pattern.MULTILINE);
    private static final Pattern RFC = Pattern.compile("RFC (\\d{3,5})");
    /// A statement that begins with a variable's method is left out: it is the JDK's, as in `keys.load(null, null)`.
    private static final Pattern NULLS = Pattern
            .compile("(?m)^(?!\\s*(?:///|[a-z]\\w*\\.\\w+\\()).*\\bnull,\\s*null\\b.*");

    /// Engine packages that each message, or each session, goes through.
    private static final List<String> ON_THE_PATH = List.of("mail", "message", "dns", "dnssec", "mx", "connector",
            "dane",
            "certificate", "trust", "tls", "evidence", "smtp", "smtp.server", "smtp.client", "intake", "pickup",
            "queue",
            "delivery", "schedule", "store", "store.journal");
    /// Files of these packages that run at the start, for an administrator, or where something is wrong already.
    private static final List<String> BESIDE_THE_PATH = List.of("mail.CsvLine", "mail.OwnName", "message.MimePart",
            "dns.Messages",
            "dnssec.PlainQuestions", "connector.HostPort", "dane.Tlsa", "certificate.NameConstraints",
            "queue.TraceFilter", "store.DirectoryLock", "store.SegmentFiles", "store.SqliteDialect", "store.Columns",
            "store.SchemaVersion");
    /// What is many times dearer than a loop. A single character is split at without a pattern.
    private static final Pattern DEAR = Pattern.compile("String\\.format\\(|\\.formatted\\(|java\\.util\\.regex|"
            + "java\\.util\\.Formatter|java\\.text\\.|java\\.lang\\.reflect|"
            + "\\.(?:matches|replaceAll|replaceFirst)\\(\"|\\.split\\(\"(?!(?:\\\\\\\\)?.\")");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void everyEnginePackageUsesOnlyWhatStandsBeforeItInTheTable() {
        var broken = new ArrayList<String>();
        for (Path file : sources("engine/src/main/java", _ -> true)) {
            String home = enginePackage(file);
            if (home.isEmpty()) continue;
            assertTrue(ENGINE.contains(home), home + " has no place in the table");
            for (String used : imports(file, "org.sternpost.engine."))
                if (!used.equals(home) && ENGINE.indexOf(used) >= ENGINE.indexOf(home))
                    broken.add(name(file) + " uses " + used);
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void nothingOnThePathOfAMessageLooksForPatternsFormatsOrReflects() {
        var broken = new ArrayList<String>();
        var beside = new ArrayList<String>();
        for (Path file : sources("engine/src/main/java", path -> ON_THE_PATH.contains(enginePackage(path)))) {
            String type = enginePackage(file) + "." + file.getFileName().toString().replace(".java", "");
            var dear = DEAR.matcher(text(file));
            if (!dear.find()) continue;
            if (BESIDE_THE_PATH.contains(type)) beside.add(type);
            else
                broken.add(name(file) + " has " + dear.group());
        }
        assertEquals(List.of(), broken);
        assertEquals(BESIDE_THE_PATH.stream().sorted().toList(), beside.stream().sorted().toList());
    }

    @Test
    void cmdletsSeeTheEngineThroughControlAndValuesAlone() {
        var broken = new ArrayList<String>();
        for (Path file : sources("cmdlets/src/main/java", _ -> true))
            for (String used : imports(file, "org.sternpost.engine."))
                if (!SEEN_BY_CMDLETS.contains(used)) broken.add(name(file) + " uses " + used);
        assertEquals(List.of(), broken);
    }

    @Test
    void everyPackageOfCmdletsAndShellUsesOnlyWhatStandsBeforeItInTheTable() {
        assertEquals(List.of(), usesUpwards("cmdlets", CMDLETS));
        assertEquals(List.of(), usesUpwards("shell", SHELL));
    }

    @Test
    void theShellSeesTheEngineThroughControlAndValuesAlone() {
        var broken = new ArrayList<String>();
        for (Path file : sources("shell/src/main/java", file -> !packageOf(file).matches(".*\\.(launch|training)"))) {
            for (String used : imports(file, "org.sternpost.engine."))
                if (!SEEN_BY_SHELL.contains(used)) broken.add(name(file) + " uses " + used);
            if (!imports(file, "org.sternpost.lab.").isEmpty()) broken.add(name(file) + " uses the lab");
        }
        assertEquals(List.of(), broken);
    }

    private List<String> usesUpwards(String module, List<String> table) {
        String root = "org.sternpost." + module;
        var broken = new ArrayList<String>();
        for (Path file : sources(module + "/src/main/java", _ -> true)) {
            String home = packageOf(file).substring(root.length()).replaceFirst("^\\.", "");
            assertTrue(table.contains(home), module + "." + home + " has no place in the table");
            for (String used : imports(file, root + "."))
                if (!used.equals(home) && table.indexOf(used) >= table.indexOf(home))
                    broken.add(name(file) + " uses " + (used.isEmpty() ? module : used));
        }
        return broken;
    }

    @Test
    void onlyOnePackageKnowsTheTerminalAndOnlyOneKnowsGroovy() {
        assertEquals(List.of("terminal"), packagesOfShellThatImport("org.jline."));
        assertEquals(List.of("groovy"),
                packagesOfShellThatImport("groovy.", "org.codehaus.groovy.", "org.apache.groovy."));
    }

    @Test
    void theLabSharesNoCodeWithTheEngine() {
        for (Path file : sources("lab/src", _ -> true))
            assertTrue(!text(file).contains("org.sternpost.engine"), name(file) + " names the engine");
        for (Path file : sources("engine/src/main", _ -> true))
            assertTrue(!text(file).contains("org.sternpost.lab"), name(file) + " names the lab");
    }

    @Test
    void everyPackageHasItsFrontDoorAndASubjectForAName() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", path -> path.toString().contains("/src/main/"))) {
            Path folder = file.resolveSibling("package-info.java");
            if (!Files.exists(folder) || !text(folder).contains("@NullMarked") || !text(folder).startsWith("/// "))
                broken.add(folder + " is missing, or without its sentence or @NullMarked");
            String last = file.getParent().getFileName().toString();
            if (List.of("util", "utils", "common", "impl", "helper", "helpers", "manager").contains(last))
                broken.add(file + ": '" + last + "' is no subject");
        }
        assertEquals(List.of(), broken.stream().distinct().toList());
    }

    @Test
    void filesAreShortAndLinesFit() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", _ -> true)) {
            List<String> lines = text(file).lines().toList();
            if (lines.size() > FILE_LINES_MAX) broken.add(name(file) + " has " + lines.size() + " lines");
            for (int i = 0; i < lines.size(); i++)
                if (lines.get(i).length() > LINE_CHARACTERS_MAX && !lines.get(i).contains("http")
                        && !lines.get(i).startsWith("                hidden: "))
                    broken.add(name(file) + ":" + (i + 1) + " is longer than 120 characters");
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void nothingIsImportedTwice() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", _ -> true)) {
            List<String> imports = text(file).lines().filter(line -> line.startsWith("import ")).toList();
            if (imports.stream().distinct().count() < imports.size()) broken.add(name(file));
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void timeAndChanceComeThroughTheirOwnDoor() {
        var broken = new ArrayList<String>();
        var doors = Pattern.compile("Instant\\.now\\(\\)|Thread\\.sleep\\(|new Random\\(|System\\.currentTimeMillis");
        for (Path file : sources("",
                path -> path.toString().contains("/src/main/") && !path.toString().contains("/time/")
                        && !path.toString().contains("lab/src/")))
            if (doors.matcher(text(file)).find()) broken.add(name(file));
        assertEquals(List.of(), broken);
    }

    /// Where the root directory is no mount point, as in a chroot, Java finds no file store and throws.
    @Test
    void noFileStoreIsAskedForSoThatTheEngineStartsInAChroot() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", path -> path.toString().contains("/src/main/")))
            if (text(file).contains("getFileStore(")) broken.add(name(file));
        assertEquals(List.of(), broken);
    }

    /// An older data directory may hold a table's columns in another order than a new one.
    @Test
    void whatIsInsertedNamesItsColumns() {
        var broken = new ArrayList<String>();
        for (Path file : sources("engine/src/main/java", _ -> true))
            if (Pattern.compile("INSERT (OR \\w+ )?INTO \\w+ (VALUES|SELECT)").matcher(text(file)).find())
                broken.add(name(file));
        assertEquals(List.of(), broken);
    }

    /// Checks, rules and routes are made at one door; a second one would have none of them.
    @Test
    void onlyAcceptancePutsMessagesIntoTheQueue() {
        var callers = new TreeSet<String>();
        var tables = new TreeSet<String>();
        for (Path file : sources("engine/src/main/java", _ -> true)) {
            if (Pattern.compile("new NewMessage\\(|\\bqueue(\\(\\))?\\.insert\\(").matcher(text(file)).find())
                callers.add(name(file).replaceFirst(".*/engine/", ""));
            if (text(file).contains("INTO message ")) tables.add(name(file).replaceFirst(".*/engine/", ""));
        }
        assertEquals(List.of("intake/Acceptance.java"), List.copyOf(callers));
        assertEquals(List.of("queue/Tables.java"), List.copyOf(tables));
    }

    /// Nobody sees which argument is which: a factory or a `with` method names the one that is given.
    @Test
    void noTestSaysNotGivenByARowOfNulls() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", path -> path.toString().contains("/src/test/")))
            NULLS.matcher(text(file)).results().forEach(found -> broken.add(name(file) + ": " + found.group()));
        assertEquals(List.of(), broken);
    }

    @Test
    void nothingIsImportedInVain() {
        var broken = new ArrayList<String>();
        for (Path file : sources("", path -> !path.endsWith("package-info.java"))) {
            String text = text(file);
            var found = IMPORT.matcher(text);
            while (found.find()) {
                String simple = found.group(1).substring(found.group(1).lastIndexOf('.') + 1);
                boolean wholePackage = found.group().contains("*");
                if (!wholePackage && !Pattern.compile("\\b" + simple + "\\b").matcher(text.substring(found.end())
                        .replaceAll("(?m)^import .*$", "")).find())
                    broken.add(name(file) + " imports " + simple);
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void everyCitedRfcIsARowOfTheList() {
        String list = text(root.resolve("engine/RFC.md"));
        var missing = new TreeSet<String>();
        for (Path file : sources("engine/src/main/java", _ -> true)) {
            var cited = RFC.matcher(text(file));
            while (cited.find())
                if (!list.contains("RFC " + cited.group(1) + " ")) missing.add("RFC " + cited.group(1));
        }
        assertEquals(List.of(), List.copyOf(missing), "engine/RFC.md lacks rows");
    }

    @Test
    void theMapNamesEveryPackageOnce() {
        String map = text(root.resolve("docs/architecture.md"));
        var broken = new ArrayList<String>();
        var packages = new TreeSet<String>();
        for (Path file : sources("", path -> path.toString().contains("/src/main/java/")))
            packages.add(packageOf(file).replace("org.sternpost.", ""));
        for (String name : packages) {
            int rows = map.split("\\| `" + Pattern.quote(name) + "` ", -1).length - 1;
            if (rows != 1) broken.add(name + ": " + rows + " rows");
        }
        assertEquals(List.of(), broken, "the table of packages in docs/architecture.md");
    }

    private List<String> packagesOfShellThatImport(String... prefixes) {
        var packages = new TreeSet<String>();
        for (Path file : sources("shell/src/main/java", _ -> true))
            for (String prefix : prefixes)
                if (Pattern.compile("^import (static )?" + Pattern.quote(prefix), Pattern.MULTILINE).matcher(text(file))
                        .find())
                    packages.add(packageOf(file).replace("org.sternpost.shell.", ""));
        return List.copyOf(packages);
    }

    /// Packages of imports, and of names that are written out in the code.
    private List<String> imports(Path file, String prefix) {
        var packages = new ArrayList<String>();
        String text = text(file);
        var types = Stream.concat(IMPORT.matcher(text).results(), WRITTEN_OUT.matcher(text).results())
                .map(found -> found.group(1)).toList();
        for (String type : types) {
            if (!type.startsWith(prefix)) continue;
            // The package is the part in lower case: nested classes and static members follow it.
            var parts = Stream.of(type.substring(prefix.length()).split("\\."))
                    .takeWhile(part -> part.equals(part.toLowerCase(java.util.Locale.ROOT)));
            packages.add(String.join(".", parts.toList()));
        }
        return packages;
    }

    private List<Path> sources(String below, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(root.resolve(below))) {
            return files.filter(path -> path.toString().endsWith(".java") && path.toString().contains("/src/")
                    && !path.toString().contains("/target/")).filter(wanted).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private String enginePackage(Path file) {
        return packageOf(file).replaceFirst("^org\\.sternpost\\.engine\\.?", "");
    }

    private static String packageOf(Path file) {
        String path = file.getParent().toString();
        return path.substring(path.indexOf("/java/") + 6).replace('/', '.');
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
