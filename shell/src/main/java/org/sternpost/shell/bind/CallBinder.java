package org.sternpost.shell.bind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;

/// Binds a call whose arguments are values already, as a script makes it.
public final class CallBinder {

    private static final Span NOWHERE = new Span(0, 0);

    private CallBinder() {}

    /// @param named      by parameter name in any case
    /// @param positional the values without a name, in order
    public static BoundCommand bind(Descriptor cmdlet, Map<String, @Nullable Object> named,
            List<@Nullable Object> positional, Conversion conversion) throws BindException {
        var own = new LinkedHashMap<String, BoundCommand.Argument>();
        var shared = new LinkedHashMap<String, Object>();
        for (Paired<@Nullable Object> one : paired(cmdlet, named, positional))
            give(one.parameter(), one.value(), own, shared, conversion);
        return new BoundCommand(cmdlet, own, CommonParameters.from(shared), false, Optional.empty(), NOWHERE);
    }

    /// Refuses what can be refused of a call while only its text is known.
    ///
    /// @param named, positional the values that stand in the text; empty for those that are made at run time
    public static void check(Descriptor cmdlet, Map<String, Optional<Object>> named,
            List<Optional<Object>> positional, Conversion conversion) throws BindException {
        for (Paired<Optional<Object>> one : paired(cmdlet, named, positional))
            if (one.value().isPresent())
                give(one.parameter(), one.value().get(), new HashMap<>(), new HashMap<>(), conversion);
    }

    private record Paired<V extends @Nullable Object>(Parameter parameter, V value) {}

    private static <V extends @Nullable Object> List<Paired<V>> paired(Descriptor cmdlet, Map<String, V> named,
            List<V> positional) throws BindException {
        var all = new ArrayList<>(cmdlet.parameters());
        all.addAll(CommonParameters.of(cmdlet));
        var pairs = new ArrayList<Paired<V>>();
        for (var entry : named.entrySet())
            pairs.add(new Paired<>(named(cmdlet, all, entry.getKey()), entry.getValue()));
        var given = new HashSet<>(pairs.stream().map(Paired::parameter).toList());
        var places = cmdlet.parameters().stream().filter(p -> p.position() >= 0 && !given.contains(p))
                .sorted(Comparator.comparingInt(Parameter::position)).toList();
        if (positional.size() > places.size())
            throw new BindException("ARGUMENT_LEFT", cmdlet.name() + " takes " + places.size()
                    + " value(s) without a name, got " + positional.size(), NOWHERE, "usage: " + Usage.of(cmdlet));
        for (int i = 0; i < positional.size(); i++)
            pairs.add(new Paired<>(places.get(i), positional.get(i)));
        pairs.forEach(one -> given.add(one.parameter()));
        for (Parameter p : cmdlet.parameters())
            if (p.mandatory() && !given.contains(p))
                throw new BindException("PARAM_MISSING", cmdlet.name() + " needs " + camel(p.name()), NOWHERE, p.doc());
        return pairs;
    }

    /// The parameter of that name.
    ///
    /// @throws BindException with a suggestion if there is none
    public static Parameter named(Descriptor cmdlet, List<Parameter> all, String name) throws BindException {
        for (Parameter p : all)
            if (p.name().equalsIgnoreCase(name)) return p;
        throw new BindException("PARAM_UNKNOWN", cmdlet.name() + " has no parameter " + name, NOWHERE,
                Nearest.to(name, all.stream().map(p -> camel(p.name())).toList()).map(n -> "did you mean: " + n).orElse(
                        "usage: " + Usage.of(cmdlet)));
    }

    private static void give(Parameter p, @Nullable Object value, Map<String, BoundCommand.Argument> own,
            Map<String, Object> shared, Conversion conversion) throws BindException {
        Object given = value == null ? NullValue.NULL : value;
        if (p.component() < 0) shared.put(p.name(), conversion.convert(given, p, NOWHERE));
        else if (p.type() == Block.class) own.put(p.name(), new BoundCommand.Argument.Ready(given));
        else
            own.put(p.name(), new BoundCommand.Argument.Ready(ArgumentPairing.typed(p, given, NOWHERE, conversion)));
    }

    private static String camel(String name) { return Character.toLowerCase(name.charAt(0)) + name.substring(1); }
}
