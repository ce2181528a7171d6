package org.sternpost.engine.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Runs conformance cases: always the RFCs' own examples, which are built in, and those that lie beside the project
/// when they do. Every case that is scored must be run and must agree.
public final class Vectors {

    private static final Path BUILT_IN = Path.of(System.getProperty("sternpost.root", ".."), "engine", "src", "test",
            "resources", "vectors");

    private Vectors() {}

    /// The folder of the cases beside the project; empty when this machine has none.
    public static Optional<Path> folder() {
        var places = new ArrayList<Path>();
        if (System.getProperty("sternpost.root") != null)
            places.add(Path.of(System.getProperty("sternpost.root"), "..", "shared", "vectors"));
        if (System.getenv("SHARED") != null) {
            places.add(Path.of(System.getenv("SHARED"), "vectors"));
            places.add(Path.of(System.getenv("SHARED")));
        }
        return places.stream().filter(place -> Files.exists(place.resolve("mx-match.json"))).findFirst();
    }

    /// One case and the folder that its file names count from.
    public record Case(Path folder, Map<String, Object> fields) {

        public String text(String name) { return (String) fields.get(name); }

        public Map<String, Object> map(String name) { return Vectors.map(fields.get(name)); }

        public List<Object> list(String name) { return Vectors.list(fields.get(name)); }

        /// True if only one outcome is right; the others may go either way.
        boolean isScored() {
            return fields.get("scored") instanceof Boolean scored
                    ? scored
                    : !(fields.get("tolerated") instanceof List<?> others) || others.isEmpty();
        }

        String name() { return String.valueOf(fields.getOrDefault("id", fields.get("file"))); }
    }

    public interface Check {
        /// What was seen where it differs from the expected; empty when they agree.
        String differs(Case one) throws Exception;
    }

    public static void run(String file, Check check) throws Exception { run(file, "cases", check); }

    /// Runs each case; prints `N of N`; throws if a scored one was not run or does not agree.
    ///
    /// @param list the member of the file that holds the cases
    public static void run(String file, String list, Check check) throws Exception {
        run(BUILT_IN, file, list, check, " (the RFCs' own examples)");
        Optional<Path> folder = folder();
        if (folder.isPresent()) run(folder.get(), file, list, check, "");
        else
            System.out.println(file + ": no ../shared/vectors and no SHARED here, so only the RFCs' own examples ran");
    }

    private static void run(Path folder, String file, String list, Check check, String which) throws Exception {
        Map<String, Object> all = map(read(folder.resolve(file)));
        List<Case> cases = list(all.get(list)).stream().map(one -> new Case(folder, map(one))).toList();
        if (!all.get("count").equals((long) cases.size()))
            throw new AssertionError(file + " says it has " + all.get("count") + " cases and has " + cases.size());
        long scored = cases.stream().filter(Case::isScored).count();
        var failures = new ArrayList<String>();
        int passed = 0;
        for (Case one : cases) {
            String differs = check.differs(one);
            if (!one.isScored()) continue;
            if (differs.isEmpty()) passed++;
            else
                failures.add(file + " " + one.name() + ": " + differs + ", expected " + one.fields().get("expected"));
        }
        System.out.println(file + ": " + passed + " of " + scored + which);
        if (passed != scored || scored == 0) throw new AssertionError(String.join("\n", failures));
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) { return (Map<String, Object>) value; }

    @SuppressWarnings("unchecked")
    public static List<Object> list(Object value) { return (List<Object>) value; }

    /// A JSON document: objects as maps, arrays as lists, whole numbers as longs.
    public static Object read(Path file) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), Files.readString(file))) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY)
                    list.add(value(parser));
                yield list;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }
}
