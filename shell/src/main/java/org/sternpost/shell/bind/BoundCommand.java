package org.sternpost.shell.bind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.shell.bind.ValueEvaluator.EvaluationScope;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value;

/// A cmdlet and what its parameters were given; some values are known only when it runs.
///
/// @param fed     records come from a stage before
/// @param records what that stage hands over, if known
public record BoundCommand(Descriptor descriptor, Map<String, Argument> arguments, CommonParameters common, boolean fed,
        Optional<ViewType> records, Span span) {

    /// What one parameter was given.
    public sealed interface Argument {

        /// Converted already.
        record Ready(Object value) implements Argument {}

        /// To be evaluated when the command runs.
        record Later(Value value) implements Argument {}
    }

    /// True if a value may come from the records of the stage before.
    public boolean takesRecords() { return fed && descriptor.parameters().stream().anyMatch(this::open); }

    /// True if all that the cmdlet is made of is known: what it refuses can be refused before anything runs.
    boolean known() {
        return !takesRecords() && arguments.values().stream().allMatch(Argument.Ready.class::isInstance)
                && descriptor.parameters().stream().noneMatch(p -> p.mandatory() && !arguments.containsKey(p.name()));
    }

    /// Evaluates what is left and makes the cmdlet.
    ///
    /// @param record from the pipeline; null without one
    public Cmdlet create(Conversion conversion, EvaluationScope scope, @Nullable Item record) throws BindException {
        var fromRecord = record == null ? Map.<String, Object>of() : fromRecord(record, conversion);
        var values = new @Nullable Object[descriptor.parameters().size()];
        for (Parameter p : descriptor.parameters())
            values[p.component()] = answered(value(p, conversion, scope, fromRecord), scope);
        try {
            return descriptor.create(values);
        } catch (IllegalArgumentException refused) {
            throw new BindException("PARAM_REFUSED", String.valueOf(refused.getMessage()), span, "");
        }
    }

    private @Nullable Object answered(@Nullable Object value, EvaluationScope scope) throws BindException {
        return value instanceof NewPassword.Asked wanted ? scope.password(wanted, span) : value;
    }

    private @Nullable Object value(Parameter p, Conversion conversion, EvaluationScope scope,
            Map<String, Object> fromRecord)
            throws BindException {
        if (arguments.get(p.name()) instanceof Argument given)
            return switch (given) {
                case Argument.Ready(var value) -> value == NullValue.NULL ? null : value;
                case Argument.Later(var value) -> {
                    Object evaluated = ValueEvaluator.evaluate(value, scope);
                    yield ArgumentPairing.typed(p, evaluated, value.span(), conversion);
                }
            };
        if (fromRecord.containsKey(p.name())) return fromRecord.get(p.name());
        if (!p.defaultValue().isEmpty()) return conversion.convert(DefaultValue.of(p), p, span);
        if (p.isSwitch()) return false;
        if (p.mandatory())
            throw new BindException("PARAM_MISSING", descriptor.name() + " needs -" + p.name(), span, p.doc());
        return null;
    }

    private Map<String, Object> fromRecord(Item record, Conversion conversion) throws BindException {
        var found = new LinkedHashMap<String, Object>();
        List<Parameter> open = descriptor.parameters().stream().filter(this::open).toList();
        for (Parameter p : open)
            if (record.has(p.name()) && record.get(p.name()) instanceof Object value)
                found.put(p.name(), conversion.convert(value, p, span));
        if (found.isEmpty() && !open.isEmpty()) {
            Object identity = ValueEvaluator.identity(record);
            if (!identity.equals(record.typeName()))
                found.put(open.getFirst().name(), conversion.convert(identity, open.getFirst(), span));
        }
        if (found.isEmpty())
            throw new BindException("PIPE_UNBOUND", "input is " + record.typeName() + " {"
                    + String.join(", ", record.names()) + "}; " + descriptor.name() + " takes a property named "
                    + String.join(" or ", open.stream().map(Parameter::name).toList()), span, "");
        return found;
    }

    private boolean open(Parameter p) { return p.pipeline() && !arguments.containsKey(p.name()); }
}
