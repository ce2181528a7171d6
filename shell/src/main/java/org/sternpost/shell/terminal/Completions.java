package org.sternpost.shell.terminal;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sternpost.cmdlets.Catalogue;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.engine.control.QueueFilters;
import org.sternpost.shell.bind.CommonParameters;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Cursor;
import org.sternpost.shell.line.CursorContext;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value;

/// What could stand at the cursor: cmdlets, parameters, words, names that the engine knows, properties.
final class Completions {

    private static final List<String> PASSING = List.of("Where-Object", "Sort-Object");

    private static final List<String> CONSTANTS = List.of("true", "false", "null");

    private final Catalogue catalogue;
    private final NameSource names;
    private final Supplier<List<String>> variables;

    /// Names that only the engine knows; an empty list when it takes too long.
    public interface NameSource {
        List<String> of(String kind);
    }

    /// One thing that could be typed.
    ///
    /// @param group heading in the menu
    public record Choice(String text, String group, String description) {}

    /// The choices for a place, and what they replace.
    public record Choices(List<Choice> choices, Span span) {}

    public Completions(Catalogue catalogue, NameSource names, Supplier<List<String>> variables) {
        this.catalogue = catalogue;
        this.names = names;
        this.variables = variables;
    }

    public Choices at(String text, int cursor) {
        CursorContext place = Cursor.at(text, cursor);
        Optional<Choices> filter = inFilter(place, text.substring(place.span().start(), place.span().end()));
        if (filter.isPresent()) return filter.get();
        List<Choice> all = switch (place) {
            case CursorContext.CommandName(_, var prefix, _) -> commands(prefix);
            case CursorContext.ParameterName(var within, _, _) -> parameters(within);
            case CursorContext.ParameterValue(var within, var name, _, _, _) -> values(within, name);
            case CursorContext.Positional(var within, _, _, _, _) -> positional(within);
            case CursorContext.Variable _ -> Stream.concat(CONSTANTS.stream(), variables.get().stream())
                    .map(v -> new Choice(v, "variables", "")).toList();
            case CursorContext.Property(var within, var of, _, _) -> of.equals("$_") ? properties(within) : List.of();
            case CursorContext.FilterValue(var within, var property, _, _) -> comparable(within, property);
            case CursorContext.Block _,CursorContext.Nothing _ -> List.of();
        };
        return new Choices(all, place.span());
    }

    /// Inside a filter of the engine, in braces or quotes.
    private Optional<Choices> inFilter(CursorContext place, String raw) {
        return switch (place) {
            case CursorContext.Block(var within, var inside, _, var span) -> filtered(within)
                    .map(known -> choices(FilterCompletion.of(inside, known), "", span.end()));
            case CursorContext.Property(var within, _, var prefix, var span) -> filtered(within)
                    .map(known -> choices(FilterCompletion.of(prefix, known), "", span.end()));
            case CursorContext.FilterValue(var within, var property, _, var span) -> filtered(within)
                    .map(known -> choices(FilterCompletion.of(property + " -eq " + raw, known), "", span.end()));
            case CursorContext.ParameterValue(var within, _, _, _, var span) when raw.startsWith("'")
                    || raw.startsWith("\"") ->
                filtered(within).map(known -> {
                    var found = FilterCompletion.of(raw.substring(1), known);
                    return choices(found, raw.substring(0, raw.length() - found.typed().length()), span.end());
                });
            default -> Optional.empty();
        };
    }

    /// @param before what of the word at the cursor stays
    private static Choices choices(FilterCompletion found, String before, int end) {
        return new Choices(found.choices().stream()
                .map(one -> new Choice(before + one.text(), one.group(), one.description())).toList(),
                new Span(end - found.typed().length() - before.length(), end));
    }

    /// What the filter may ask for that the parameter before the cursor takes, if it takes one.
    private Optional<List<FilterProperty>> filtered(CursorContext.CommandContext within) {
        if (within.before().isEmpty()
                || !(within.before().getLast() instanceof Argument.Parameter(var name, _, var value, _))
                || value.isPresent())
            return Optional.empty();
        return catalogue.find(within.command())
                .filter(cmdlet -> parameter(cmdlet, name).filter(p -> p.names().equals("filter")).isPresent())
                .map(cmdlet -> QueueFilters.properties(cmdlet.noun()));
    }

    private List<Choice> commands(String prefix) {
        var found = new ArrayList<Choice>();
        for (Descriptor cmdlet : catalogue.all())
            found.add(new Choice(cmdlet.name(), "commands", cmdlet.summary()));
        for (Descriptor cmdlet : catalogue.all())
            for (String alias : cmdlet.aliases())
                if (alias.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT)) && !prefix.isEmpty())
                    found.add(new Choice(alias, "aliases", cmdlet.name()));
        return found;
    }

    private List<Choice> parameters(CursorContext.CommandContext within) {
        var cmdlet = catalogue.find(within.command());
        if (cmdlet.isEmpty()) return List.of();
        var found = new ArrayList<Choice>();
        int placed = freeBefore(cmdlet.get(), within);
        var places = cmdlet.get().parameters().stream().filter(p -> p.position() >= 0 && unused(p, within))
                .sorted(Comparator.comparingInt(Parameter::position)).limit(placed).toList();
        cmdlet.get().parameters().stream().filter(p -> unused(p, within) && !places.contains(p))
                .sorted(Comparator.comparing(p -> !p.mandatory())).forEach(p -> found.add(choice(p, "parameters")));
        CommonParameters.of(cmdlet.get()).stream().filter(p -> unused(p, within))
                .forEach(p -> found.add(choice(p, "parameters of every cmdlet")));
        return found;
    }

    private static boolean unused(Parameter p, CursorContext.CommandContext within) {
        return within.used().stream().noneMatch(p.name()::equalsIgnoreCase);
    }

    private static Choice choice(Parameter p, String group) {
        return new Choice("-" + p.name(), group, (p.mandatory() ? "(needed) " : "") + p.doc());
    }

    private List<Choice> values(CursorContext.CommandContext within, String name) {
        var cmdlet = catalogue.find(within.command());
        if (cmdlet.isEmpty()) return List.of();
        // `Where-Object Property -op Value`: the operator reads like a parameter.
        if (cmdlet.get().name().equals("Where-Object") && !within.before().isEmpty()
                && within.before().getFirst() instanceof Argument.Free(Value.Word word, _))
            return comparable(within, word.plain().orElse(""));
        return parameter(cmdlet.get(), name).map(p -> p.isSwitch() ? positional(within) : of(p, within))
                .orElse(List.of());
    }

    /// By exact name, else by a unique start as the prompt takes it.
    private static Optional<Parameter> parameter(Descriptor cmdlet, String name) {
        var all = new ArrayList<>(cmdlet.parameters());
        all.addAll(CommonParameters.of(cmdlet));
        var exact = all.stream().filter(p -> p.name().equalsIgnoreCase(name)).findFirst();
        var starts = all.stream().filter(p -> p.name().regionMatches(true, 0, name, 0, name.length())).toList();
        return exact.isPresent() || starts.size() != 1 ? exact : Optional.of(starts.getFirst());
    }

    private List<Choice> positional(CursorContext.CommandContext within) {
        var cmdlet = catalogue.find(within.command());
        if (cmdlet.isEmpty()) return List.of();
        int index = freeBefore(cmdlet.get(), within);
        var open = cmdlet.get().parameters().stream().filter(p -> p.position() >= 0 && unused(p, within))
                .sorted(Comparator.comparingInt(Parameter::position)).toList();
        if (cmdlet.get().name().equals("Where-Object") && index == 0) return properties(within);
        return index < open.size() ? of(open.get(index), within) : List.of();
    }

    /// How many values before the cursor belong to no named parameter.
    private static int freeBefore(Descriptor cmdlet, CursorContext.CommandContext within) {
        int count = 0;
        boolean takes = false;
        for (Argument argument : within.before()) {
            if (argument instanceof Argument.Free && !takes) count++;
            takes = argument instanceof Argument.Parameter(var name, _, var value, _) && value.isEmpty()
                    && parameter(cmdlet, name).map(p -> !p.isSwitch()).orElse(true);
        }
        return count;
    }

    private List<Choice> of(Parameter p, CursorContext.CommandContext within) {
        if (p.names().equals("properties")) return properties(within);
        if (p.names().equals("cmdlets"))
            return catalogue.all().stream().map(c -> new Choice(c.name(), "commands", c.summary())).toList();
        if (p.names().equals("filter"))
            return catalogue.find(within.command()).map(c -> QueueFilters.properties(c.noun())).orElse(List.of())
                    .stream().map(one -> new Choice("{" + one.name() + " -eq ", "properties", "")).toList();
        if (p.names().equals("unlimited")) return List.of(new Choice("Unlimited", "values", "all there are"));
        if (!p.names().isEmpty())
            return names.of(p.names()).stream().map(n -> new Choice(quoted(n), p.names(), "")).toList();
        return words(p.type());
    }

    private static List<Choice> words(Type type) {
        if (type instanceof ParameterizedType generic) return words(generic.getActualTypeArguments()[0]);
        if (!(type instanceof Class<?> plain)) return List.of();
        if (plain == Boolean.class || plain == boolean.class)
            return List.of(new Choice("$true", "values", ""), new Choice("$false", "values", ""));
        if (!plain.isEnum()) return List.of();
        return Arrays.stream(plain.getEnumConstants()).map(c -> new Choice(c.toString(), "values", "")).toList();
    }

    private List<Choice> properties(CursorContext.CommandContext within) {
        return records(within).map(type -> type.names().stream().map(n -> new Choice(n, "properties", "")).toList())
                .orElse(List.of());
    }

    private List<Choice> comparable(CursorContext.CommandContext within, String property) {
        List<Choice> words = records(within).flatMap(type -> type.property(property)).map(p -> words(p.type()))
                .orElse(List.of());
        return words.isEmpty() ? filterable(within, property) : words;
    }

    /// Words of a text of which the engine's filters know all.
    private List<Choice> filterable(CursorContext.CommandContext within, String property) {
        for (String name : within.upstream().reversed()) {
            var cmdlet = catalogue.find(name);
            if (cmdlet.isEmpty() || PASSING.contains(cmdlet.get().name())) continue;
            return cmdlet.get().parameters().stream().noneMatch(p -> p.names().equals("filter"))
                    ? List.of()
                    : QueueFilters.properties(cmdlet.get().noun()).stream().filter(one -> one.isNamed(property))
                            .flatMap(one -> one.words().stream()).map(word -> new Choice(word, "values", "")).toList();
        }
        return List.of();
    }

    /// The type of the records that reach the stage at the cursor.
    private Optional<ViewType> records(CursorContext.CommandContext within) {
        for (String name : within.upstream().reversed()) {
            var cmdlet = catalogue.find(name);
            if (cmdlet.isEmpty()) return Optional.empty();
            if (!PASSING.contains(cmdlet.get().name())) return ViewType.answeredBy(cmdlet.get());
        }
        return Optional.empty();
    }

    private static String quoted(String name) {
        return name.matches("[\\w][-\\w./:@+]*") ? name : "'" + name.replace("'", "''") + "'";
    }
}
