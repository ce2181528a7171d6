package org.sternpost.shell.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.shell.terminal.Completions.Choice;

/// What could come next in a filter of the engine: a property, an operator, a value, `-and`.
///
/// @param typed   of what is completed, with its quote; empty text where something new begins
/// @param choices in place of it
record FilterCompletion(String typed, List<Choice> choices) {

    private static final Pattern WORD = Pattern.compile("'(?:[^']|'')*'?|\"[^\"]*\"?|[()!]|[^\\s()!'\"]+");
    private static final List<String> SAME = List.of("-eq", "-ne");
    private static final List<String> PATTERNS = List.of("-like", "-notlike");
    private static final List<String> ORDERS = List.of("-gt", "-ge", "-lt", "-le");

    private enum Place { PROPERTY, OPERATOR, VALUE, JOINED }

    /// @param text  the filter up to the cursor
    /// @param known what it may ask for
    static FilterCompletion of(String text, List<FilterProperty> known) {
        var place = Place.PROPERTY;
        String property = "";
        String typed = "";
        var words = WORD.matcher(text);
        while (words.find()) {
            String word = words.group();
            if (words.end() == text.length() && !isWhole(word)) {
                typed = word;
                break;
            }
            switch (place) {
                case PROPERTY -> {
                    if (!word.equals("(") && !word.equals("!") && !word.equalsIgnoreCase("-not")) {
                        property = word.startsWith("$_.") ? word.substring(3) : word;
                        place = Place.OPERATOR;
                    }
                }
                case OPERATOR -> place = Place.VALUE;
                case VALUE -> place = Place.JOINED;
                case JOINED -> place = word.equals(")") ? place : Place.PROPERTY;
            }
        }
        return new FilterCompletion(typed, choices(place, property, typed, known));
    }

    /// Nothing can be added to it.
    private static boolean isWhole(String word) {
        char first = word.charAt(0);
        return "()!".indexOf(first) >= 0
                || (first == '\'' || first == '"') && word.length() > 1 && word.charAt(word.length() - 1) == first;
    }

    private static List<Choice> choices(Place place, String property, String typed, List<FilterProperty> known) {
        var found = known.stream().filter(one -> one.isNamed(property)).findFirst();
        return switch (place) {
            case PROPERTY -> typed.startsWith("-")
                    ? List.of(new Choice("-not", "operators", ""))
                    : known.stream().map(one -> new Choice((typed.startsWith("$_.") ? "$_." : "") + one.name(),
                            "properties", one.kind().name().toLowerCase(Locale.ROOT))).toList();
            case OPERATOR -> found.map(FilterCompletion::operators).orElse(List.of());
            case VALUE -> found.map(one -> words(one, typed)).orElse(List.of());
            case JOINED -> List.of(new Choice("-and", "operators", ""), new Choice("-or", "operators", ""));
        };
    }

    private static List<Choice> operators(FilterProperty property) {
        var signs = new ArrayList<>(SAME);
        boolean text = property.kind() == FilterProperty.Kind.Text || property.kind() == FilterProperty.Kind.Word;
        if (text) signs.addAll(PATTERNS);
        if (property.kind() != FilterProperty.Kind.Word) signs.addAll(ORDERS);
        return signs.stream().map(sign -> new Choice(sign, "operators", "")).toList();
    }

    private static List<Choice> words(FilterProperty property, String typed) {
        String quote = typed.startsWith("'") || typed.startsWith("\"") ? typed.substring(0, 1) : "";
        return property.words().stream().map(word -> new Choice(quote + word + quote, "values", "")).toList();
    }
}
