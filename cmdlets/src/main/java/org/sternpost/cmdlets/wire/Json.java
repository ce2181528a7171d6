package org.sternpost.cmdlets.wire;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// JSON text to and from plain values: `Map`, `List`, `String`, `Long`, `Double`, `Boolean` and null.
public final class Json {

    /// Longest text of one frame, in characters; a whole result is many frames.
    static final int TEXT_MAX = 8 * 1024 * 1024;
    private static final int DEPTH_MAX = 50; // a view is some five levels deep
    private static final int NAME_MAX = 256;
    private static final int NUMBER_MAX = 40;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX)
                    .maxDocumentLength(TEXT_MAX).maxStringLength(TEXT_MAX).maxNameLength(NAME_MAX)
                    .maxNumberLength(NUMBER_MAX).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A frame that somebody looks at must not move his cursor; a reader gets the very text.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII).characterEscapes(new WithDelete()).build();

    /// Escapes DEL as the other controls.
    private static final class WithDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) { return null; }
    }

    private Json() {}

    /// Reads one JSON value.
    ///
    /// @throws IllegalArgumentException if the text is no single JSON value within the limits
    public static @Nullable Object read(String text) {
        if (text.length() > TEXT_MAX) throw new IllegalArgumentException("JSON of more than 8 MiB");
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == null) throw new IllegalArgumentException("no JSON value");
            Object value = value(parser, first);
            if (parser.nextToken() != null) throw new IllegalArgumentException("text after the JSON value");
            return value;
        } catch (JacksonException bad) {
            throw new IllegalArgumentException("no JSON: " + bad.getOriginalMessage(), bad);
        }
    }

    /// Reads one JSON object.
    ///
    /// @throws IllegalArgumentException also if the text is another JSON value
    public static Map<String, @Nullable Object> readObject(String text) { return object(read(text)); }

    /// Writes a plain value on one line.
    public static String write(@Nullable Object plain) {
        var text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(generator, plain);
        }
        return text.toString();
    }

    /// The value as an object.
    ///
    /// @throws IllegalArgumentException if it is none
    static Map<String, @Nullable Object> object(@Nullable Object plain) {
        if (!(plain instanceof Map<?, ?> map)) throw new IllegalArgumentException("a JSON object is needed");
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    map.put(name, value(parser, parser.nextToken()));
                }
                yield map;
            }
            case START_ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken())
                    list.add(value(parser, next));
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> (Object) parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalArgumentException("no JSON: unexpected " + token);
        };
    }

    private static void write(JsonGenerator generator, @Nullable Object plain) {
        switch (plain) {
            case null -> generator.writeNull();
            case Map<?, ?> map -> {
                generator.writeStartObject();
                map.forEach((name, value) -> {
                    generator.writeName(String.valueOf(name));
                    write(generator, value);
                });
                generator.writeEndObject();
            }
            case List<?> list -> {
                generator.writeStartArray();
                list.forEach(element -> write(generator, element));
                generator.writeEndArray();
            }
            case String text -> generator.writeString(text);
            case Boolean truth -> generator.writeBoolean(truth);
            case Long number -> generator.writeNumber(number);
            case Integer number -> generator.writeNumber(number);
            case Double number -> writeDouble(generator, number);
            default -> throw new IllegalArgumentException(plain.getClass() + " is no plain value");
        }
    }

    private static void writeDouble(JsonGenerator generator, double number) {
        if (!Double.isFinite(number)) throw new IllegalArgumentException("JSON has no " + number);
        generator.writeNumber(number);
    }
}
