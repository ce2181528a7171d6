package org.sternpost.shell.groovy;

import groovy.lang.Closure;
import groovy.lang.GString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.CallBinder;
import org.sternpost.shell.bind.CommonParameters;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException;
import org.sternpost.shell.run.ShellSession;

/// The cmdlets as methods of a script.
final class CmdletCalls {

    private final ShellSession session;
    private final ScriptHost labs;
    private final Map<String, Descriptor> byMethod = new HashMap<>();
    private final Set<String> words = new HashSet<>();

    CmdletCalls(ShellSession session, ScriptHost labs) {
        this.session = session;
        this.labs = labs;
        for (Descriptor cmdlet : session.configuration().catalogue().all()) {
            byMethod.put(method(cmdlet.name()), cmdlet);
            byMethod.put(cmdlet.name(), cmdlet);
            cmdlet.aliases().forEach(alias -> byMethod.put(method(alias), cmdlet));
            for (Parameter p : cmdlet.parameters())
                if (p.type() instanceof Class<?> type && type.isEnum())
                    for (Object word : type.getEnumConstants())
                    words.add(word.toString());
        }
    }

    ShellSession session() { return session; }

    ScriptHost labs() { return labs; }

    boolean knows(String method) { return byMethod.containsKey(method); }

    boolean isWord(String name) { return words.contains(name); }

    /// True if a name that the script does not declare means something all the same.
    boolean isVariable(String name) {
        return isWord(name) || session.variable(name.startsWith("$") ? name.substring(1) : name).isPresent();
    }

    Optional<Descriptor> descriptor(String method) { return Optional.ofNullable(byMethod.get(method)); }

    /// `; did you mean getQueue?` or empty text.
    String nearest(String method) {
        return Nearest.to(method, byMethod.keySet()).map(n -> "; did you mean " + n + "?").orElse("");
    }

    /// Why a named argument is none of the cmdlet's.
    Optional<BindException> misspelt(Descriptor cmdlet, String argument) {
        var all = new ArrayList<>(cmdlet.parameters());
        all.addAll(CommonParameters.of(cmdlet));
        try {
            CallBinder.named(cmdlet, all, argument);
            return Optional.empty();
        } catch (BindException unknown) {
            return Optional.of(unknown);
        }
    }

    /// Why a call cannot be bound, as far as its text says.
    Optional<BindException> refused(Descriptor cmdlet, Map<String, Optional<Object>> named,
            List<Optional<Object>> positional) {
        try {
            CallBinder.check(cmdlet, named, positional, session.conversion());
            return Optional.empty();
        } catch (BindException wrong) {
            return Optional.of(wrong);
        }
    }

    /// Runs a cmdlet; a trailing closure takes the records one by one.
    Object call(String method, Object[] values) {
        Descriptor cmdlet = byMethod.get(method);
        if (cmdlet == null) throw new IllegalArgumentException(method);
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        List<@Nullable Object> positional = new ArrayList<>();
        Closure<?> each = null;
        for (int i = 0; i < values.length; i++) {
            if (i == 0 && values[i] instanceof Map<?, ?> map)
                map.forEach((key, value) -> named.put(String.valueOf(key), plain(value)));
            else if (i == values.length - 1 && values[i] instanceof Closure<?> closure && !cmdlet.runsInShell())
                each = closure;
            else
                positional.add(plain(values[i]));
        }
        return run(cmdlet, named, positional, each);
    }

    private Rows<?> run(Descriptor cmdlet, Map<String, @Nullable Object> named, List<@Nullable Object> positional,
            @Nullable Closure<?> each) {
        var rows = new ArrayList<Row<Object>>();
        try {
            var command = CallBinder.bind(cmdlet, named, positional, session.conversion());
            session.call(command, item -> {
                if (each != null) each.call(new Row<>(item));
                else
                    rows.add(new Row<>(item));
            });
        } catch (BindException refused) {
            var error = refused.error();
            throw new CmdletException(error.code(), error.message(), error.hint(), ExitCode.FAILED);
        } catch (StatementException failure) {
            throw CmdletException.of(failure);
        }
        return new Rows<>(cmdlet.name(), rows);
    }

    void show(Object records) {
        var items = new ArrayList<Item>();
        if (records instanceof Iterable<?> many) many.forEach(one -> items.add(item(one)));
        else
            items.add(item(records));
        session.show(items);
    }

    /// Groovy's texts and closures as the binder knows them.
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case GString text -> text.toString();
            case Closure<?> closure -> new ClosureBlock(closure);
            case Row<?> row -> row.item();
            case List<?> list -> {
                var plain = new ArrayList<@Nullable Object>();
                list.forEach(element -> plain.add(plain(element)));
                yield plain;
            }
            case null, default -> value;
        };
    }

    private static Item item(@Nullable Object value) {
        if (value instanceof Row<?> row) return row.item();
        if (value instanceof Item item) return item;
        if (value instanceof Map<?, ?> map) {
            var values = new LinkedHashMap<String, @Nullable Object>();
            map.forEach((name, one) -> values.put(String.valueOf(name), plain(one)));
            return new org.sternpost.cmdlets.CustomItem("Record", values);
        }
        return new org.sternpost.cmdlets.CustomItem("Text", Map.of("Text", value == null ? "" : value));
    }

    private static String method(String cmdlet) {
        String joined = cmdlet.replace("-", "");
        return joined.substring(0, 1).toLowerCase(Locale.ROOT) + joined.substring(1);
    }

    /// A closure where a cmdlet takes a block.
    record ClosureBlock(Closure<?> closure) implements Block {
        @Override
        public boolean test(Item item) {
            return org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation.castToBoolean(apply(item));
        }

        @Override
        public @Nullable Object apply(Item item) {
            return GroovyErrors.guarded(() -> plain(closure.call(Row.given(item))));
        }
    }
}
