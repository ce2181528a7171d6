package org.sternpost.engine.store;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds the texts of SQL in the engine's compiled classes: all there are, whether a test reaches them or not.
public final class SqlTexts {

    private static final Pattern SQL = Pattern.compile("\\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER TABLE"
            + "|DROP|FROM|WHERE|AND|OR|ORDER BY|GROUP BY|LIMIT|VALUES|SET|CASE|JOIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT"
            + "|RETURNING)\\b");
    private static final Pattern BEGINNING = Pattern
            .compile("^(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER TABLE|DROP)\\b");

    private SqlTexts() {}

    /// A text, or the parts of one that is put together around others.
    public record Text(String home, List<String> parts) {

        public String sql() { return String.join("", parts); }

        /// A statement with nothing missing, as far as one sees.
        public boolean isWhole() { return parts.size() == 1 && BEGINNING.matcher(sql()).find(); }

        public boolean isPartOf(Collection<String> said) {
            var all = Pattern.compile(parts.stream().map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
            return said.stream().anyMatch(one -> all.matcher(one).find());
        }

        @Override
        public String toString() { return home + ": " + String.join(" ... ", parts); }
    }

    /// All but SQLite's own words, which stand in one class.
    public static List<Text> ofEngine() throws IOException, URISyntaxException {
        Path classes = Path.of(SqliteDialect.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var found = new ArrayList<Text>();
        try (var files = Files.walk(classes)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".class")).sorted().toList())
                if (!file.getFileName().toString().startsWith(SqliteDialect.class.getSimpleName()))
                    found.addAll(of(ClassFile.of().parse(file)));
        }
        return found;
    }

    private static List<Text> of(ClassModel type) {
        var found = new ArrayList<Text>();
        boolean usesSql = false;
        for (var entry : type.constantPool()) {
            if (entry instanceof ClassEntry used) usesSql |= used.asInternalName().startsWith("java/sql/");
            // A text that is put together is one entry, in which a control character stands for each other part.
            if (entry instanceof StringEntry text && SQL.matcher(text.stringValue()).find())
                found.add(new Text(type.thisClass().asInternalName(),
                        List.of(text.stringValue().split("[\\u0001\\u0002]"))));
        }
        return usesSql ? found : List.of();
    }
}
