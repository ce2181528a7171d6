package org.sternpost.shell.bind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.mail.ExchangeHabits;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.shell.filter.FilterReader;
import org.sternpost.shell.filter.FilterReader.FilterParseResult;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.bind.Binder.BlockCompiler;
import org.sternpost.shell.bind.ValueEvaluator.ConstantScope;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.line.Value;

/// Pairs the arguments of one command with its parameters (docs/shell.md#binding).
final class ArgumentPairing {

    private final Descriptor descriptor;
    private final Optional<ViewType> records;
    private final Conversion conversion;
    private final BlockCompiler blocks;
    private final List<Parameter> common;
    private final Map<String, BoundCommand.Argument> own = new LinkedHashMap<>();
    private final Map<String, Object> shared = new LinkedHashMap<>();
    private final List<Value> free = new ArrayList<>();

    ArgumentPairing(Descriptor descriptor, Optional<ViewType> records, Conversion conversion, BlockCompiler blocks) {
        this.descriptor = descriptor;
        this.records = records;
        this.conversion = conversion;
        this.blocks = blocks;
        this.common = CommonParameters.of(descriptor);
    }

    CommonParameters common() { return CommonParameters.from(shared); }

    Map<String, BoundCommand.Argument> pair(List<Argument> arguments) throws BindException {
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case Argument.Free(var value, _) -> free.add(value);
                case Argument.Splat(var name, var span) -> throw new BindException("VARIABLE_UNKNOWN",
                        "@" + name + " is no table that the lines before have set", span,
                        "$" + name + " = @{Name=value}");
                case Argument.Parameter named -> {
                    Parameter p = parameter(named);
                    Optional<Value> next = i + 1 < arguments.size()
                            && arguments.get(i + 1) instanceof Argument.Free(var value, _)
                                    ? Optional.of(value)
                                    : Optional.empty();
                    if (takesNext(p, named, next)) i++;
                    give(p, valueOf(p, named, next), named.nameSpan());
                }
            }
        }
        place();
        return own;
    }

    /// A value for one parameter, when it is known.
    static Object typed(Parameter p, Object value, Span span, Conversion conversion) throws BindException {
        if (value == NullValue.NULL) return none(p, span);
        if (Conversion.empty(value) && (p.mandatory() || isIdentity(p)))
            throw new BindException("VALUE_EMPTY", "-" + p.name() + " is empty; empty is never all", span, "");
        return conversion.convert(value, p, span);
    }

    /// What `$null` means for a parameter that may be emptied: an empty text, list or span.
    private static Object none(Parameter p, Span span) throws BindException {
        if (!p.clearable())
            throw new BindException("VALUE_NULL", "-" + p.name() + " cannot be emptied with $null", span,
                    "leave the parameter out to keep the setting");
        String type = p.type().getTypeName();
        if (type.startsWith(SetEdit.class.getName())) return SetEdit.replacing(List.of());
        if (type.startsWith(Clearable.class.getName())) return new Clearable.Cleared<>();
        if (type.startsWith(List.class.getName())) return List.of();
        if (type.equals(String.class.getName())) return "";
        throw new BindException("VALUE_NULL", "-" + p.name() + " cannot be emptied with $null", span, "");
    }

    /// True if the parameter says which records are meant, whatever its name.
    private static boolean isIdentity(Parameter p) { return p.name().equals("Identity") || p.pipeline(); }

    private boolean takesNext(Parameter p, Argument.Parameter named, Optional<Value> next) throws BindException {
        if (named.value().isPresent()) return false;
        if (!isSwitch(p)) return next.isPresent();
        if (next.isPresent() && next.get() instanceof Value.Variable v
                && ValueEvaluator.constant(v) instanceof Boolean given)
            throw new BindException("SWITCH_VALUE", "-" + p.name() + " is a switch and takes no value after a blank",
                    next.get().span(), "did you mean: -" + p.name() + ":$" + given.toString().toLowerCase(Locale.ROOT));
        return false;
    }

    private static boolean isSwitch(Parameter p) { return p.isSwitch(); }

    private Optional<Value> valueOf(Parameter p, Argument.Parameter named, Optional<Value> next) throws BindException {
        if (named.value().isPresent()) return named.value();
        if (isSwitch(p)) return Optional.empty();
        if (next.isEmpty())
            throw new BindException("PARAM_VALUE_MISSING", "-" + p.name() + " needs a value", named.nameSpan(),
                    p.doc());
        return next;
    }

    private void give(Parameter p, Optional<Value> value, Span nameSpan) throws BindException {
        if (own.containsKey(p.name()) || shared.containsKey(p.name()))
            throw new BindException("PARAM_TWICE", "-" + p.name() + " is given twice", nameSpan, "");
        if (p.component() < 0) {
            if (value.isPresent() && ValueEvaluator.needsRun(value.get()))
                throw new BindException("PARAM_CONSTANT", "-" + p.name() + " needs a plain value", value.get().span(),
                        "");
            shared.put(p.name(), value.isEmpty()
                    ? Boolean.TRUE
                    : conversion.convert(ValueEvaluator.evaluate(value.get(), ConstantScope.NONE), p,
                            value.get().span()));
            return;
        }
        if (value.isEmpty()) own.put(p.name(), new BoundCommand.Argument.Ready(true));
        else
            own.put(p.name(), argument(p, value.get()));
    }

    private BoundCommand.Argument argument(Parameter p, Value value) throws BindException {
        if (p.type() == Block.class) return new BoundCommand.Argument.Ready(block(value));
        // The engine reads it, and judges it: here its braces are quotes.
        if (p.names().equals("filter") && value instanceof Value.Block block)
            return new BoundCommand.Argument.Ready(block.text().strip());
        if (ValueEvaluator.needsRun(value)) return new BoundCommand.Argument.Later(value);
        Object known = ValueEvaluator.evaluate(value, ConstantScope.NONE);
        if (p.names().equals("properties")) PropertyCheck.check(known, records, value.span());
        return new BoundCommand.Argument.Ready(typed(p, known, value.span(), conversion));
    }

    private Block block(Value value) throws BindException {
        if (!(value instanceof Value.Block block))
            throw new BindException("VALUE_TYPE", "a block { } is expected here", value.span(), "");
        return switch (FilterReader.block(descriptor.name(), block)) {
            case FilterParseResult.IsFilter(var filter) -> {
                PropertyCheck.check(filter, records);
                yield blocks.filter(filter);
            }
            case FilterParseResult.IsGroovy() -> blocks.groovy(block, records);
            case FilterParseResult.Refused(var error) -> throw new BindException(error);
        };
    }

    private void place() throws BindException {
        var positions = descriptor.parameters().stream().filter(p -> p.position() >= 0 && !own.containsKey(p.name()))
                .sorted(Comparator.comparingInt(Parameter::position)).toList();
        for (int i = 0; i < free.size(); i++) {
            Value value = free.get(i);
            if (i >= positions.size())
                throw new BindException("ARGUMENT_LEFT", descriptor.name() + " has no place for this value",
                        value.span(),
                        "usage: " + Usage.of(descriptor));
            give(positions.get(i), Optional.of(value), value.span());
        }
    }

    private Parameter parameter(Argument.Parameter named) throws BindException {
        var all = new ArrayList<>(descriptor.parameters());
        all.addAll(common);
        for (Parameter p : all)
            if (p.name().equalsIgnoreCase(named.name())) return p;
        var starts = all.stream().filter(p -> p.name().toLowerCase(Locale.ROOT)
                .startsWith(named.name().toLowerCase(Locale.ROOT))).toList();
        if (conversion.abbreviate() && starts.size() == 1) return starts.getFirst();
        var names = all.stream().map(Parameter::name).toList();
        var habit = ExchangeHabits.refusal(descriptor.name(), named.name());
        if (habit.isPresent())
            throw new BindException("PARAM_UNKNOWN", descriptor.name() + " has no parameter -" + named.name() + ": "
                    + habit.get().reason(), named.nameSpan(), habit.get().remedy());
        String hint = starts.size() == 1
                ? "did you mean: -" + starts.getFirst().name()
                : starts.size() > 1
                        ? "could be " + String.join(", ", starts.stream().map(p -> "-" + p.name()).toList())
                        : Nearest.to(named.name(), names).map(n -> "did you mean: -" + n)
                                .orElse("usage: " + Usage.of(descriptor));
        throw new BindException("PARAM_UNKNOWN", descriptor.name() + " has no parameter -" + named.name(),
                named.nameSpan(), hint);
    }
}
