package org.sternpost.buildtools.plain;

import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Switches and records of all kinds that the program has; what they say is compared.
public final class Samples implements Function<Integer, List<String>> {

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Box(int width, long depth) implements Shape {}

        record Group(List<Shape> members, String name) implements Shape {}

        /// A switch of an interface's own.
        default String kind() {
            return switch (this) {
                case Circle(double radius) when radius > 1 -> "large";
                case Circle _ -> "round";
                case Box(int width, long depth) -> width + " by " + depth;
                case Group(var members, _) when members.isEmpty() -> "nothing";
                case Group(var members, var name) -> name + members.stream().map(Shape::kind).toList();
            };
        }
    }

    record All(boolean truth, byte octet, short small, char letter, int number, long large, float part, double exact,
            String text, int[] many, Class<?> type) {}

    record None() {}

    record Generic<T>(T value) {}

    enum Mode { Off, On }

    @Override
    public List<String> apply(Integer of) {
        return switch (of) {
            case 0 -> kinds();
            case 1 -> texts();
            case 2 -> comparisons();
            default -> values();
        };
    }

    private static List<String> kinds() {
        return List.of(new Shape.Circle(2).kind(), new Shape.Circle(1).kind(), new Shape.Box(2, 3).kind(),
                new Shape.Group(List.of(), "x").kind(),
                new Shape.Group(List.of(new Shape.Circle(3), new Shape.Box(1, 1)), "g").kind());
    }

    private static List<String> texts() {
        int[] many = {};
        return List.of(new None().toString(), all(many, 1.5).toString().replace(many.toString(), "[I"),
                new Generic<>(null).toString(), new Shape.Group(List.of(new Shape.Box(1, 2)), "g").toString());
    }

    private static All all(int[] many, double exact) {
        return new All(true, (byte) -1, (short) 300, 'x', 7, 1L << 40, -0f, exact, "text", many, String.class);
    }

    private static List<String> comparisons() {
        int[] many = {1};
        var said = new ArrayList<String>();
        for (double exact : new double[]{0.0, -0.0, Double.NaN, 1}) {
            said.add(exact + " " + all(many, exact).equals(all(many, 0.0)) + all(many, exact).equals(all(many, exact)));
            said.add("" + (all(many, exact).hashCode() - Objects.hashCode(many) * 31
                    - Objects.hashCode(String.class)));
        }
        said.add(
                "" + all(many, 1).equals(all(new int[]{1}, 1)) + new None().equals(new None()) + new None().hashCode());
        said.add("" + new Generic<>(null).equals(new Generic<>(null)) + new Generic<>("a").equals(new Generic<>(null))
                + new Generic<>("a").equals("a") + new Generic<>("a").equals(null) + new Generic<>("a").hashCode()
                + new Shape.Box(1, 2).equals(new Shape.Box(1, 3)) + new Shape.Box(1, 2).hashCode());
        return said;
    }

    private static List<String> values() {
        var said = new ArrayList<String>();
        for (Object value : new Object[]{"a", "b", 1, 2L, Mode.On, RetentionPolicy.CLASS, List.of(1), new int[0]})
            said.add(value(value));
        for (String text : new String[]{"a", "b", "longer than one", null})
            said.add(text(text));
        for (Mode mode : new Mode[]{Mode.Off, Mode.On, null})
            said.add(mode(mode));
        return said;
    }

    private static String value(Object value) {
        return switch (value) {
            case String text when text.equals("b") -> "the second";
            case String text -> "text " + text;
            case Integer number -> "number " + number;
            case Mode mode -> "mode " + mode;
            case Enum<?> other -> "constant " + other;
            case List<?> list -> "list " + list;
            case int[] numbers -> "numbers " + numbers.length;
            default -> "something";
        };
    }

    private static String text(String text) {
        return switch (text) {
            case null -> "none";
            case "a" -> "first";
            case String any when any.length() > 5 -> "long";
            default -> "other";
        };
    }

    private static String mode(Mode mode) {
        return switch (mode) {
            case null -> "none";
            case Off -> "off";
            case Mode on when on.ordinal() == 1 -> "on";
            case On -> "never";
        };
    }
}
