package org.sternpost.shell.bind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Script.Statement;
import org.sternpost.shell.line.Value;

/// Evaluates values as typed: text, lists, maps, records, blocks; the type of a parameter is not known here.
public final class ValueEvaluator {

    private ValueEvaluator() {}

    /// True if the value depends on what runs before it.
    public static boolean needsRun(Value value) {
        return switch (value) {
            case Value.Word word -> word.plain().isEmpty();
            case Value.Array array -> array.elements().stream().anyMatch(ValueEvaluator::needsRun);
            case Value.Table table -> table.entries().stream().anyMatch(e -> needsRun(e.value()));
            case Value.Variable variable -> constant(variable) == null;
            case Value.Subpipeline _,Value.Groovy _ -> true;
            case Value.Block _ -> false;
        };
    }

    /// The value as `String`, `Boolean`, [NullValue], `List`, `Map`, [Item], `Value.Block` or what a variable holds.
    public static Object evaluate(Value value, EvaluationScope scope) throws BindException {
        return switch (value) {
            case Value.Word word -> word(word, scope);
            case Value.Array array -> {
                var list = new ArrayList<Object>();
                for (Value element : array.elements())
                    list.add(evaluate(element, scope));
                yield list;
            }
            case Value.Table table -> {
                var map = new LinkedHashMap<String, Object>();
                for (var entry : table.entries())
                    map.put(entry.key(), evaluate(entry.value(), scope));
                yield map;
            }
            case Value.Variable variable -> variable(variable, scope);
            case Value.Subpipeline sub -> walk(scope.records(sub.statement()), sub.path());
            case Value.Groovy groovy -> walk(scope.groovy(groovy.text(), groovy.textSpan()), groovy.path());
            case Value.Block block -> block;
        };
    }

    /// `$true`, `$false` and `$null`; null for any other variable.
    static @Nullable Object constant(Value.Variable variable) {
        if (variable.name().environment()) return null;
        return switch (variable.name().name().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> NullValue.NULL;
            default -> null;
        };
    }

    private static String word(Value.Word word, EvaluationScope scope) throws BindException {
        var text = new StringBuilder();
        for (var part : word.parts())
            text.append(switch (part) {
                case Value.Part.Text(var piece, _, _) -> piece;
                case Value.Part.Inserted(var name, var span) -> text(named(name, span, scope), span);
                case Value.Part.Evaluated(var code, var inner, var span) -> text(scope.groovy(code, inner), span);
            });
        return text.toString();
    }

    private static String text(Object value, Span span) throws BindException {
        return switch (value) {
            case NullValue _ -> "";
            case List<?> list when list.size() == 1 -> text(list.getFirst(), span);
            case List<?> list -> throw new BindException("VALUE_COUNT",
                    "text needs one value here, the variable has " + list.size(), span, "");
            case Item item -> identity(item).toString();
            default -> value.toString();
        };
    }

    private static Object variable(Value.Variable variable, EvaluationScope scope) throws BindException {
        Object constant = constant(variable);
        if (constant != null) return constant;
        return walk(named(variable.name(), variable.span(), scope), variable.path());
    }

    private static Object named(Value.VariableName name, Span span, EvaluationScope scope) throws BindException {
        if (name.environment())
            return scope.environment(name.name()).orElseThrow(() -> new BindException("VARIABLE_UNKNOWN",
                    "the environment has no " + name.name(), span, ""));
        var value = scope.variable(name.name());
        return value.orElseThrow(() -> new BindException("VARIABLE_UNKNOWN", "there is no variable $" + name.name(),
                span, "text needs no $: '" + name.name() + "'"));
    }

    private static Object walk(Object from, List<Value.Step> path) throws BindException {
        Object at = from;
        for (var step : path)
            at = switch (step) {
                case Value.Step.Property(var name, var span) -> property(at, name, span);
                case Value.Step.Index(var index, var span) -> element(at, index, span);
            };
        return at;
    }

    private static Object element(Object of, int index, Span span) throws BindException {
        var list = of instanceof List<?> many ? many : List.of(of);
        int at = index < 0 ? list.size() + index : index;
        if (at < 0 || at >= list.size())
            throw new BindException("VALUE_INDEX", "there is no element " + index + " of " + list.size(), span, "");
        return list.get(at);
    }

    private static Object property(Object of, String name, Span span) throws BindException {
        return switch (of) {
            case List<?> list when name.equalsIgnoreCase("count") -> (long) list.size();
            case List<?> list -> {
                var values = new ArrayList<Object>();
                for (Object element : list)
                    values.add(property(element, name, span));
                yield values;
            }
            case Item item -> {
                try {
                    Object value = item.get(name);
                    yield value == null ? NullValue.NULL : value;
                } catch (IllegalArgumentException unknown) {
                    throw new BindException("PROPERTY_UNKNOWN", String.valueOf(unknown.getMessage()), span, "");
                }
            }
            case Map<?, ?> map -> map.entrySet().stream()
                    .filter(e -> name.equalsIgnoreCase(String.valueOf(e.getKey()))).findFirst()
                    .<Object>map(Map.Entry::getValue)
                    .orElseThrow(
                            () -> new BindException("PROPERTY_UNKNOWN", "the table has no entry " + name, span, ""));
            default -> throw new BindException("PROPERTY_UNKNOWN", "a plain value has no property " + name, span, "");
        };
    }

    /// What stands for a record where one value is wanted.
    static Object identity(Item item) {
        var known = ViewType.of(item).flatMap(ViewType::identity);
        if (known.isPresent() && item.get(known.get().name()) instanceof Object named) return named;
        Object value = item.has("Identity")
                ? item.get("Identity")
                : item.names().size() == 1 ? item.get(item.names().getFirst()) : null;
        return value == null ? item.typeName() : value;
    }

    /// Nothing runs yet: only constants can be evaluated.
    enum ConstantScope implements EvaluationScope {
        NONE;

        @Override
        public Optional<Object> variable(String name) { return Optional.empty(); }

        @Override
        public Optional<String> environment(String name) { return Optional.empty(); }

        @Override
        public List<Item> records(Statement statement) { throw new IllegalStateException("not a constant"); }

        @Override
        public Object groovy(String text, Span span) { throw new IllegalStateException("not a constant"); }
    }

    /// What values may ask for while a text runs: variables, the environment, other pipelines, Groovy.
    public interface EvaluationScope {

        /// A session variable; empty if there is none of this name.
        Optional<Object> variable(String name);

        Optional<String> environment(String name);

        /// Records of a pipeline in parentheses.
        java.util.List<Item> records(Statement statement) throws BindException;

        /// The value of a Groovy expression.
        Object groovy(String text, Span span) throws BindException;

        /// A password that somebody is to be asked for, once he has been.
        default NewPassword password(NewPassword.Asked wanted, Span span) throws BindException { return wanted; }
    }

    /// `$null`: a value that is none, told apart from a value not given.
    public enum NullValue { NULL }
}
