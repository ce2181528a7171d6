package org.sternpost.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One package knows JLine, one knows Groovy.
class ImportsTest {

    private static final Path SOURCES = Path.of(System.getProperty("sternpost.root", ".."),
            "shell/src/main/java/org/sternpost/shell");

    @Test
    void onlyTheTerminalKnowsJLine() throws IOException { assertEquals(List.of("terminal"), using("org\\.jline\\.")); }

    @Test
    void onlyOnePackageKnowsGroovy() throws IOException {
        assertEquals(List.of("groovy"), using("^import (static )?(groovy\\.|org\\.codehaus|org\\.apache\\.groovy)"));
    }

    private static List<String> using(String regex) throws IOException {
        var pattern = java.util.regex.Pattern.compile(regex);
        try (var files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).filter(file -> {
                try (var lines = Files.lines(file)) {
                    return lines.filter(line -> !line.strip().startsWith("//"))
                            .anyMatch(l -> pattern.matcher(l).find());
                } catch (IOException broken) {
                    throw new java.io.UncheckedIOException(broken);
                }
            }).map(file -> file.getParent().getFileName().toString()).distinct().sorted().toList();
        }
    }
}
