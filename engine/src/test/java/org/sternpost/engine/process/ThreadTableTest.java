package org.sternpost.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tables of [EssentialThread]: whoever starts a thread says there what its death means.
class ThreadTableTest {

    private static final Pattern ESSENTIAL = Pattern
            .compile("(?:EssentialThread\\.start(?:Platform)?|AcceptLoop\\.start|new Readers)\\(\\s*\"([^\"]+)\"");
    private static final Pattern OTHER = Pattern
            .compile("\\.name\\(\"([^\"]+)\"[^\\n]*?\\)\\s*\\.(?:start|unstarted|factory)\\(");
    private static final Pattern NAMELESS = Pattern.compile("(?:Thread\\.of(?:Virtual|Platform)|thread)\\(\\)"
            + "(?:\\.daemon\\(\\))?\\.(?:start|unstarted|factory)\\(");
    private static final Pattern ALL = Pattern
            .compile("(?m)^( *)(?:\\} )?catch \\((?:[^)]*\\W)?(?:Throwable|Error) (\\w+)\\) \\{");
    private static final Pattern ABREAST = Pattern.compile("BoundedParallel\\.each\\([^;]*?\"([^\"]+)\"");
    private static final Pattern HIDDEN = Pattern.compile("new Thread\\(|startVirtualThread|Executors\\.|ForkJoinPool");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void everyThreadIsInTheTableOfItsKind() throws IOException {
        String home = Files.readString(root.resolve(
                "engine/src/main/java/org/sternpost/engine/process/EssentialThread.java"));
        int second = home.indexOf("| may fail alone |");
        var essential = names(home.substring(0, second));
        var others = names(home.substring(second, home.indexOf("public final class")));
        var foundEssential = new TreeSet<String>();
        var foundOthers = new TreeSet<String>();
        var nameless = new ArrayList<String>();
        for (String module : List.of("engine", "cmdlets"))
            for (Path file : sources(root.resolve(module + "/src/main/java"))) {
                String text = Files.readString(file);
                if (HIDDEN.matcher(text).find()) nameless.add(file + " hides its threads");
                if (file.getParent().endsWith("process")) continue;
                ESSENTIAL.matcher(text).results().forEach(found -> foundEssential.add(found.group(1)));
                ABREAST.matcher(text).results().forEach(found -> foundOthers.add(found.group(1)));
                OTHER.matcher(text).results().forEach(found -> foundOthers.add(found.group(1)));
                if (NAMELESS.matcher(text).find() && !file.endsWith("BoundedParallel.java"))
                    nameless.add(file + " starts a thread without a name");
            }
        assertEquals(List.of(), nameless);
        assertEquals(essential, foundEssential);
        assertEquals(others, foundOthers);
        assertTrue(essential.size() > 5 && others.size() > 5, essential + " " + others);
    }

    /// What tells of the whole process, such as memory that ran out, is never swallowed by who catches all.
    @Test
    void whoeverCatchesErrorsThrowsOnWhatNoTaskHasForItselfAlone() throws IOException {
        var swallowing = new ArrayList<String>();
        int catches = 0;
        for (String module : List.of("engine", "cmdlets"))
            for (Path file : sources(root.resolve(module + "/src/main/java"))) {
                String text = Files.readString(file);
                for (var one : ALL.matcher(text).results().toList()) {
                    catches++;
                    String block = text.substring(one.end(), text.indexOf("\n" + one.group(1) + "}", one.end()));
                    if (!block.contains("rethrowFatal(" + one.group(2) + ")") && !block.contains("throw " + one.group(2)
                            + ";") && !block.contains("throw new DiedError("))
                        swallowing.add(file + ": " + one.group());
                }
            }
        assertEquals(List.of(), swallowing);
        assertTrue(catches > 5, catches + " places found");
    }

    /// Names between backquotes in the first column.
    private static TreeSet<String> names(String table) {
        var names = new TreeSet<String>();
        table.lines().filter(line -> line.startsWith("/// | `")).map(line -> line.split("\\|")[1])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .forEach(m -> names.add(m.group(1)));
        return names;
    }

    private static List<Path> sources(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
