package org.sternpost.engine.tlsrpt;

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

/// The conformance cases beside the project, when they are there.
final class Vectors {

    private Vectors() {}

    /// The folder of the cases; empty, with a word on stdout, when it is not there.
    static Optional<Path> folder() {
        Path beside = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize()
                .resolve("../shared/vectors/tlsrpt");
        if (Files.isDirectory(beside)) return Optional.of(beside);
        String shared = System.getenv("SHARED");
        if (shared != null && Files.isDirectory(Path.of(shared, "vectors/tlsrpt")))
            return Optional.of(Path.of(shared, "vectors/tlsrpt"));
        System.out.println("tlsrpt: no shared/vectors beside the project and no SHARED; only own examples were tried");
        return Optional.empty();
    }

    static List<Map<String, Object>> cases(Path file, String list) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), Files.readString(file))) {
            json.nextToken();
            return objects(((Map<?, ?>) value(json)).get(list));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Object list) { return (List<Map<String, Object>>) list; }

    /// Objects as maps, arrays as lists, null as the text `null`.
    private static Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    map.put(name, value(json));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<Object>();
                while (json.nextToken() != JsonToken.END_ARRAY)
                    list.add(value(json));
                yield list;
            }
            case VALUE_TRUE, VALUE_FALSE -> json.currentToken() == JsonToken.VALUE_TRUE;
            case VALUE_NUMBER_INT -> json.getLongValue();
            default -> json.getString();
        };
    }
}
