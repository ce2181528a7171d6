package org.sternpost.engine.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads the conformance cases that lie beside the project, when they do.
public final class Vectors {

    private final String file;
    private int scored;
    private int passed;
    private final List<String> failures = new ArrayList<>();

    private Vectors(String file) { this.file = file; }

    /// The folder of the cases; empty when this machine has none.
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

    public interface Check {
        /// What was seen where it differs from the expected; empty when they agree.
        String differs(Map<String, Object> one) throws Exception;
    }

    /// Runs each case; prints `N of N`; throws if a scored one fails. Says so when there are none here.
    public static void run(String file, Check check) throws Exception {
        Optional<Path> folder = folder();
        if (folder.isEmpty()) {
            System.out.println("vectors " + file + ": absent here (set SHARED); only the examples below run");
            return;
        }
        var run = new Vectors(file);
        for (Object one : list(map(read(folder.get().resolve(file))).get("cases")))
            run.one(map(one), check);
        System.out.println("vectors " + file + ": " + run.passed + " of " + run.scored + " scored cases");
        run.failures.forEach(System.out::println);
        if (run.passed != run.scored) throw new AssertionError(run.failures.toString());
    }

    /// A whole file of another form.
    public static Map<String, Object> whole(String file) throws IOException {
        return map(read(folder().orElseThrow().resolve(file)));
    }

    private void one(Map<String, Object> one, Check check) throws Exception {
        String differs = check.differs(one);
        boolean counts = Boolean.TRUE.equals(one.get("scored"));
        if (counts) scored++;
        if (differs.equals("skip")) {
            if (counts) scored--;
            return;
        }
        if (counts && differs.isEmpty()) passed++;
        if (!differs.isEmpty())
            failures.add(
                    (counts ? "FAILED " : "  (tolerated or unscored) ") + file + " " + one.get("id") + ": " + differs
                            + ", expected " + one.get("expected"));
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) { return (Map<String, Object>) value; }

    @SuppressWarnings("unchecked")
    public static List<Object> list(Object value) { return (List<Object>) value; }

    private static Object read(Path file) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), Files.readString(file))) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var map = new HashMap<String, Object>();
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
