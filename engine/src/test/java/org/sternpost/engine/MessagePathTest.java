package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What each message passes costs no expression that is compiled anew, no format that is parsed anew and no reflection:
/// those were a fifth of all that a message allocated.
class MessagePathTest {

    /// The packages that each message passes.
    private static final List<String> PATH = List.of("mail", "intake", "queue", "schedule", "delivery", "smtp",
            "smtp/server", "smtp/client", "message", "dsn");

    /// Files of them that may, and why.
    private static final Set<String> ELSEWHERE = Set.of( //
            "mail/CsvLine.java", // a report
            "mail/OwnName.java", // the start
            "message/MimePart.java", // asked where a host lacks 8BITMIME
            "queue/TraceFilter.java"); // an operator

    /// `split` compiles nothing for one character that means itself.
    private static final Pattern COSTLY = Pattern.compile("String\\.format\\(|\\.formatted\\(|\\.matches\\(\"|"
            + "\\.replaceAll\\(\"|\\.replaceFirst\\(|Pattern\\.compile\\(|Pattern\\n|java\\.lang\\.reflect|"
            + "\\.split\\(\"(?![^.$|()\\[{^?*+\\\\]\"|\\\\\\\\\\.\")");

    @Test
    void whatEachMessagePassesCompilesAndFormatsNothing() throws IOException {
        var root = Path.of(System.getProperty("sternpost.root", ".."))
                .resolve("engine/src/main/java/org/sternpost/engine");
        var found = new TreeSet<String>();
        for (String directory : PATH)
            try (var files = Files.newDirectoryStream(root.resolve(directory), "*.java")) {
                for (Path file : files)
                    if (COSTLY.matcher(Files.readString(file)).find())
                        found.add(directory + "/" + file.getFileName());
            }
        assertEquals(new TreeSet<>(ELSEWHERE), found);
    }
}
