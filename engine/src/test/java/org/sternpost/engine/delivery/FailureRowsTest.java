package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Each row of [FailurePolicy] names what it follows: a section of an RFC, or a row of docs/transport-security.md.
class FailureRowsTest {

    /// A method that says what something means, with the lines before it that speak of it.
    private static final Pattern METHOD = Pattern.compile(
            "(?ms)((?:^    ///[^\\n]*\\n)*)^    (?:private )?static [^=;{]*?"
                    + "(\\w+)\\([^{;]*\\) \\{(?:[^\\n]*}$|.*?^    }$)");
    /// A row of its switch that gives a result, with the comment above it.
    private static final Pattern ROW = Pattern.compile("(?m)((?:^ +// [^\\n]*\\n)*)^ +case ([^\\n]+)$");
    private static final Pattern CITED = Pattern.compile("RFC \\d+ §\\d|#[a-z0-9]+(?:-[a-z0-9]+)+");
    private static final Pattern ANCHOR = Pattern.compile("#([a-z0-9]+(?:-[a-z0-9]+)+)");
    /// What makes a failure, an outcome or a verdict; other rows of a switch only sort or say none.
    private static final Pattern RESULT = Pattern.compile(
            "new (?:Proof|Outcome|Said)|FailureMessages\\.|trouble\\(|proofs\\(|\"4|Optional\\.of\\(");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void eachRowCitesASectionOrAnAnchor() throws Exception {
        String source = policy();
        assertTrue(METHOD.matcher(source).results().count() >= 20, "the methods are found");
        assertTrue(ROW.matcher(source).results().count() >= 20, "the rows of switches are found");
        assertEquals(List.of(), uncited(source));
    }

    @Test
    void eachAnchorIsARowOfThePage() throws Exception {
        String page = Files.readString(root.resolve("docs/transport-security.md"));
        String source = policy();
        assertEquals(List.of(), ANCHOR.matcher(source).results().map(found -> found.group(1)).distinct()
                .filter(anchor -> !page.contains("<a id=\"" + anchor + "\">")).toList());
    }

    /// The patterns see what they are to see.
    @Test
    void aRowWithoutOneIsNamed() throws Exception {
        String source = policy();
        assertEquals(List.of("case Answer.Lost(var why) -> trouble(broken(asked, why), host.ascii());"),
                uncited(source.replace("            // #host-may-have-it\n            case", "            case")));
        assertEquals(List.of("outOfTime"), uncited(source.replace("or that used it up (#host-hangs)", "or that did")));
    }

    private static List<String> uncited(String source) {
        var broken = new ArrayList<String>();
        METHOD.matcher(source).results().filter(method -> !CITED.matcher(method.group()).find()
                && RESULT.matcher(method.group()).find()).forEach(method -> broken.add(method.group(2)));
        var rows = ROW.matcher(source).results().toList();
        for (int i = 0; i < rows.size(); i++) {
            int end = i + 1 < rows.size() ? rows.get(i + 1).start() : source.length();
            String result = source.substring(rows.get(i).start(2), Math.min(end, source.indexOf(";\n",
                    rows.get(i).start(2)) + 1));
            if (RESULT.matcher(result).find() && !CITED.matcher(rows.get(i).group(1)).find())
                broken.add("case " + rows.get(i).group(2));
        }
        return broken;
    }

    private String policy() throws Exception {
        return Files.readString(root.resolve("engine/src/main/java/org/sternpost/engine/delivery/FailurePolicy.java"));
    }
}
