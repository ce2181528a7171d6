package org.sternpost.cmdlets;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;

/// The plain facts of one cmdlet; parser, completion, help and Groovy derive from it.
///
/// The build writes it from the annotations of the cmdlet's record, as `GetQueueDescriptor.FACTS` beside `GetQueue`
/// (`buildtools.descriptor`), so that nobody reads annotations when the program runs.
///
/// @param view of a query or change, so that properties can be checked before anything runs; empty for a stage
public record Descriptor(Class<? extends Cmdlet> type, Title title, Impact impact, List<Parameter> parameters,
        List<HelpExample> examples, Optional<Class<? extends Record>> view, Maker maker) {

    /// What it is called, and in a sentence what it does.
    public record Title(Verb verb, String noun, String summary, List<String> aliases) {}

    /// @param name      in Pascal case
    /// @param component index among the components, with those of groups in the place of the group
    public record Parameter(String name, Type type, int component, String doc, int position, boolean pipeline,
            boolean mandatory, String defaultValue, String names, boolean clearable, String oneOf) {

        public boolean isSwitch() { return type == boolean.class; }
    }

    /// What an [Example] says.
    public record HelpExample(String shows, String run, String prints) {}

    /// Makes the record from one value per parameter, in order.
    public interface Maker {
        Cmdlet make(@Nullable Object[] given);
    }

    public Verb verb() { return title.verb(); }

    public String noun() { return title.noun(); }

    public String name() { return title.verb() + "-" + title.noun(); }

    public String summary() { return title.summary(); }

    public List<String> aliases() { return title.aliases(); }

    public boolean changes() { return Cmdlet.Change.class.isAssignableFrom(type); }

    public boolean runsInShell() { return Cmdlet.Stage.class.isAssignableFrom(type); }

    /// Makes the cmdlet from one argument per parameter, in order.
    ///
    /// @throws IllegalArgumentException if the record's constructor refuses them; the text says why
    public Cmdlet create(@Nullable Object[] arguments) { return maker.make(arguments); }

    /// The type of a parameter that takes a list, an edit, a table: `List<Domain>`.
    public static Type type(Class<?> raw, Type... arguments) { return new GenericType(raw, List.of(arguments)); }

    /// What a `New-` cmdlet takes plainly, as the group has it.
    public static @Nullable Object edit(@Nullable Object given) {
        return given instanceof List<?> list ? SetEdit.replacing(list) : given;
    }

    /// What a `New-` cmdlet takes plainly, as the group has it.
    public static @Nullable Object clearable(@Nullable Object given) {
        return given == null || given instanceof Clearable<?> ? given : new Clearable.Value<>(given);
    }

    private record GenericType(Class<?> raw, List<Type> arguments) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() { return arguments.toArray(Type[]::new); }

        @Override
        public Type getRawType() { return raw; }

        @Override
        public @Nullable Type getOwnerType() { return raw.getDeclaringClass(); }
    }
}
