package org.sternpost.shell.bind;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.line.Literal;
import org.sternpost.shell.line.Literal.LiteralException;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.line.TimeLiteral;

/// Gives values the type of the parameter that takes them (docs/shell.md#values).
///
/// @param abbreviate true at the prompt, where a unique start of an enum's word is enough
public record Conversion(Time time, ZoneId zone, boolean abbreviate) {

    /// For a parameter, which may take a word beside the values of its type.
    ///
    /// @param value as [ValueEvaluator#evaluate] gives it
    Object convert(Object value, Parameter p, Span span) throws BindException {
        if (p.names().equals("unlimited") && value != NullValue.NULL
                && single(value, span).toString().equalsIgnoreCase("Unlimited"))
            return Cmdlet.Limited.UNLIMITED;
        return convert(value, p.type(), span);
    }

    /// @param value as [ValueEvaluator#evaluate] gives it
    public Object convert(Object value, Type type, Span span) throws BindException {
        try {
            return to(type, value, span);
        } catch (LiteralException bad) {
            throw new BindException(bad.at(span));
        } catch (IllegalArgumentException bad) {
            throw new BindException("VALUE_TYPE", String.valueOf(bad.getMessage()), span, "");
        }
    }

    private Object to(Type type, Object value, Span span) throws BindException, LiteralException {
        if (type instanceof ParameterizedType generic) {
            Type element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == List.class) return list(element, value, span);
            if (generic.getRawType() == Clearable.class)
                return value == NullValue.NULL
                        ? new Clearable.Cleared<>()
                        : new Clearable.Value<>(to(element, value, span));
            if (generic.getRawType() == SetEdit.class) return edit(element, value, span);
            if (generic.getRawType() == Map.class) return map(value, span);
        }
        if (!(type instanceof Class<?> target)) throw new IllegalStateException("no conversion to " + type);
        if (target == Block.class) {
            if (value instanceof Block block) return block;
            throw new BindException("VALUE_TYPE", "a block { } is expected here", span, "");
        }
        return scalar(target, single(value, span), span);
    }

    private Object single(Object value, Span span) throws BindException {
        return switch (value) {
            case List<?> list when list.size() == 1 -> single(list.getFirst(), span);
            case List<?> list -> throw new BindException("VALUE_COUNT", "expects one value, got " + list.size(), span,
                    list.size() > 1 ? "a comma makes a list; quote text that has one" : "");
            case NullValue _ -> throw new BindException("VALUE_NULL", "$null is no value here", span, "");
            case Map<?, ?> _ -> throw new BindException("VALUE_TYPE", "a table @{ } does not fit here", span, "");
            case org.sternpost.shell.line.Value.Block _ -> throw new BindException("VALUE_TYPE",
                    "a block { } does not fit here", span, "");
            case Item item -> ValueEvaluator.identity(item);
            default -> value;
        };
    }

    private Object scalar(Class<?> target, Object value, Span span) throws BindException, LiteralException {
        if (target.isInstance(value)) return value;
        String text = value.toString();
        if (target == boolean.class || target == Boolean.class)
            return value instanceof Boolean ? value : Literal.bool(text);
        if (target == int.class || target == Integer.class) return Math.toIntExact(Literal.integer(text));
        if (target == long.class || target == Long.class) return Literal.integer(text);
        if (target == double.class || target == Double.class) return Literal.decimal(text).doubleValue();
        if (target == String.class) return value instanceof Boolean b ? (b ? "True" : "False") : text;
        if (target.isEnum()) return word(target, text, span);
        if (target == Domain.class) return Domain.of(text);
        if (target == DomainPattern.class) return DomainPattern.of(text);
        if (target == Address.class) return Address.of(bare(text));
        if (target == HostPort.class) return HostPort.of(text);
        if (target == Instant.class) return TimeLiteral.instant(text, time, zone);
        if (target == Duration.class) return TimeLiteral.duration(text);
        if (target == Size.class) return new Size(Literal.size(text));
        if (target == Percent.class) return percent(text);
        if (target == Path.class) return Path.of(text);
        if (target == NewPassword.class) return NewPassword.of(text);
        throw new IllegalStateException("no conversion to " + target);
    }

    private static String bare(String text) {
        return text.startsWith("<") && text.endsWith(">") && text.length() > 2
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static Percent percent(String text) throws LiteralException {
        String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        return new Percent(Literal.decimal(digits).doubleValue());
    }

    private Object word(Class<?> target, String text, Span span) throws BindException {
        var constants = target.getEnumConstants();
        var words = Arrays.stream(constants).map(Object::toString).toList();
        for (Object constant : constants)
            if (constant.toString().equalsIgnoreCase(text)) return constant;
        if (abbreviate && !text.isEmpty()) {
            var starts = Arrays.stream(constants).filter(c -> c.toString().toLowerCase(Locale.ROOT)
                    .startsWith(text.toLowerCase(Locale.ROOT))).toList();
            if (starts.size() == 1) return starts.getFirst();
        }
        String among = "one of " + String.join(", ", words);
        throw new BindException("VALUE_ENUM", "'" + text + "' is no " + target.getSimpleName(), span,
                Nearest.to(text, words).map(near -> "did you mean: " + near + "\n" + among).orElse(among));
    }

    private List<Object> list(Type element, Object value, Span span) throws BindException, LiteralException {
        var list = new ArrayList<Object>();
        if (value instanceof List<?> many)
            for (Object each : many)
            list.add(to(element, each, span));
        else if (value != NullValue.NULL) list.add(to(element, value, span));
        return list;
    }

    private SetEdit<Object> edit(Type element, Object value, Span span) throws BindException, LiteralException {
        if (!(value instanceof Map<?, ?> table))
            return SetEdit.replacing(list(element, value, span));
        List<Object> add = List.of();
        List<Object> remove = List.of();
        for (var entry : table.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (key.equalsIgnoreCase("Add")) add = list(element, entry.getValue(), span);
            else if (key.equalsIgnoreCase("Remove")) remove = list(element, entry.getValue(), span);
            else
                throw new BindException("VALUE_TYPE", "the table knows Add and Remove, not " + key, span,
                        "write @{Add=a,b; Remove=c}");
        }
        return SetEdit.editing(add, remove);
    }

    private Map<String, String> map(Object value, Span span) throws BindException {
        if (!(value instanceof Map<?, ?> table))
            throw new BindException("VALUE_TYPE", "a table is expected here", span, "write @{Name='value'}");
        var map = new LinkedHashMap<String, String>();
        for (var entry : table.entrySet())
            map.put(String.valueOf(entry.getKey()), single(entry.getValue(), span).toString());
        return map;
    }

    /// True if `$null` or empty text would make a selector mean everything.
    static boolean empty(@Nullable Object value) {
        Function<Object, Boolean> text = v -> v instanceof String s && s.isEmpty();
        return value == null || value == NullValue.NULL || value instanceof List<?> list && list.isEmpty()
                || text.apply(value);
    }
}
