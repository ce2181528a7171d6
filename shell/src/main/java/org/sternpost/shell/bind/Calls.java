package org.sternpost.shell.bind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Block;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Suggestion;

/// Binds a call whose arguments are values already, as a script makes it.
public final class Calls {

    private static final Span NOWHERE = new Span(0, 0);

    private Calls() {}

    /// @param named      by parameter name in any case
    /// @param positional the values without a name, in order
    public static BoundCommand bind(Descriptor cmdlet, Map<String, ? extends @Nullable Object> named,
            List<? extends @Nullable Object> positional, Conversion conversion) throws BindException {
        var own = new LinkedHashMap<String, BoundCommand.Argument>();
        var shared = new LinkedHashMap<String, Object>();
        var all = new ArrayList<>(cmdlet.parameters());
        all.addAll(Common.of(cmdlet));
        for (var entry : named.entrySet()) {
            Parameter p = named(cmdlet, all, entry.getKey());
            give(p, entry.getValue(), own, shared, conversion);
        }
        var places = cmdlet.parameters().stream().filter(p -> p.position() >= 0 && !own.containsKey(p.name()))
                .sorted(Comparator.comparingInt(Parameter::position)).toList();
        if (positional.size() > places.size())
            throw new BindException("ARGUMENT_LEFT", cmdlet.name() + " takes " + places.size()
                    + " value(s) without a name, got " + positional.size(), NOWHERE, "usage: " + Usage.of(cmdlet));
        for (int i = 0; i < positional.size(); i++)
            give(places.get(i), positional.get(i), own, shared, conversion);
        for (Parameter p : cmdlet.parameters())
            if (p.mandatory() && !own.containsKey(p.name()))
                throw new BindException("PARAM_MISSING", cmdlet.name() + " needs " + camel(p.name()), NOWHERE, p.doc());
        return new BoundCommand(cmdlet, own, Common.from(shared), false, Optional.empty(), NOWHERE);
    }

    /// The parameter of that name.
    ///
    /// @throws BindException with a suggestion if there is none
    public static Parameter named(Descriptor cmdlet, List<Parameter> all, String name) throws BindException {
        for (Parameter p : all)
            if (p.name().equalsIgnoreCase(name)) return p;
        throw new BindException("PARAM_UNKNOWN", cmdlet.name() + " has no parameter " + name, NOWHERE, Suggestion
                .nearest(name, all.stream().map(p -> camel(p.name())).toList()).map(n -> "did you mean: " + n).orElse(
                        "usage: " + Usage.of(cmdlet)));
    }

    private static void give(Parameter p, @Nullable Object value, Map<String, BoundCommand.Argument> own,
            Map<String, Object> shared, Conversion conversion) throws BindException {
        Object given = value == null ? Nothing.NULL : value;
        if (p.component() < 0) shared.put(p.name(), conversion.convert(given, p.type(), NOWHERE));
        else if (p.type() == Block.class) own.put(p.name(), new BoundCommand.Argument.Ready(given));
        else
            own.put(p.name(), new BoundCommand.Argument.Ready(Pairing.typed(p, given, NOWHERE, conversion)));
    }

    private static String camel(String name) { return Character.toLowerCase(name.charAt(0)) + name.substring(1); }
}
