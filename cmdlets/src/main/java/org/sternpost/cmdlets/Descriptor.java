package org.sternpost.cmdlets;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;

/// The plain facts of one cmdlet, read once from its record; parser, completion, help and Groovy derive from it.
public record Descriptor(Class<? extends Cmdlet> type, Verb verb, String name, String summary, Impact impact,
        List<String> aliases, List<Parameter> parameters, List<Example> examples) {

    /// @param name      in Pascal case
    /// @param component index among the components, with those of groups in the place of the group
    public record Parameter(String name, Type type, int component, String doc, int position, boolean pipeline,
            boolean mandatory, String defaultValue, String names, boolean clearable, String oneOf) {

        public boolean isSwitch() { return type == boolean.class; }
    }

    /// Reads the annotations of a cmdlet's record.
    public static Descriptor of(Class<? extends Cmdlet> type) {
        Name name = type.getAnnotation(Name.class);
        if (name == null || !type.isRecord())
            throw new IllegalArgumentException(type + " is no record with a @Name");
        var parameters = new ArrayList<Parameter>();
        read(type, name.verb() == Verb.New, false, parameters);
        return new Descriptor(type, name.verb(), name.verb() + "-" + name.noun(), name.summary(),
                name.impact(), List.of(name.aliases()), List.copyOf(parameters),
                List.of(type.getAnnotationsByType(Example.class)));
    }

    public String noun() { return Objects.requireNonNull(type.getAnnotation(Name.class)).noun(); }

    public boolean changes() { return Cmdlet.Change.class.isAssignableFrom(type); }

    public boolean runsInShell() { return Cmdlet.Stage.class.isAssignableFrom(type); }

    /// The view of a query or change, so that properties can be checked before anything runs; empty for a stage.
    public Optional<Class<? extends Record>> view() {
        for (Type made : type.getGenericInterfaces())
            if (made instanceof ParameterizedType generic
                    && generic.getActualTypeArguments()[0] instanceof Class<?> view)
                return Optional.of(view.asSubclass(Record.class));
        return Optional.empty();
    }

    /// Makes the cmdlet from one argument per parameter, in order.
    ///
    /// @throws IllegalArgumentException if the record's constructor refuses them; the text says why
    public Cmdlet create(@Nullable Object[] arguments) {
        return (Cmdlet) make(type, Arrays.asList(arguments).iterator());
    }

    private static Object make(Class<?> record, Iterator<? extends @Nullable Object> arguments) {
        RecordComponent[] components = record.getRecordComponents();
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++)
            values[i] = components[i].isAnnotationPresent(Param.Group.class)
                    ? make(components[i].getType(), arguments)
                    : edit(components[i].getType(), arguments.next());
        try {
            var constructor = record.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true); // groups are their package's own
            return constructor.newInstance(values);
        } catch (java.lang.reflect.InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException why) throw why;
            throw new IllegalStateException(refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// What a `New-` cmdlet takes plainly, as the group has it.
    private static @Nullable Object edit(Class<?> type, @Nullable Object given) {
        if (type == SetEdit.class && given instanceof List<?> list) return SetEdit.replacing(list);
        if (type == Clearable.class && given != null && !(given instanceof Clearable<?>))
            return new Clearable.Value<>(given);
        return given;
    }

    private static void read(Class<?> record, boolean makes, boolean group, List<Parameter> parameters) {
        for (RecordComponent component : record.getRecordComponents())
            if (component.isAnnotationPresent(Param.Group.class))
                read(component.getType(), makes, true, parameters);
            else
                parameters.add(parameter(component, parameters.size(), group, makes));
    }

    /// @param group in a group, which serves both what makes a thing and what changes it
    private static Parameter parameter(RecordComponent component, int index, boolean group, boolean makes) {
        Param param = component.getAnnotation(Param.class);
        if (param == null)
            throw new IllegalArgumentException(component.getDeclaringRecord() + "." + component + " has no @Param");
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || component.getType() == boolean.class || !param.defaultValue().isEmpty();
        String name = Character.toUpperCase(component.getName().charAt(0)) + component.getName().substring(1);
        return new Parameter(name, group && makes ? plain(component.getGenericType()) : component.getGenericType(),
                index, makes && !param.whenNew().isEmpty() ? param.whenNew() : param.value(), param.position(),
                param.pipeline(), !optional, group && !makes ? "" : param.defaultValue(), param.names(),
                param.clearable() && !(group && makes), param.oneOf());
    }

    /// Without the edit, where there is nothing yet to edit.
    private static Type plain(Type type) {
        if (!(type instanceof ParameterizedType generic)) return type;
        Type element = generic.getActualTypeArguments()[0];
        if (generic.getRawType() == SetEdit.class) return new ListType(element);
        return generic.getRawType() == Clearable.class ? element : type;
    }

    private record ListType(Type element) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() { return new Type[]{element}; }

        @Override
        public Type getRawType() { return List.class; }

        @Override
        public @Nullable Type getOwnerType() { return null; }
    }
}
