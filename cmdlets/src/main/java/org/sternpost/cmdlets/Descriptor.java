package org.sternpost.cmdlets;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name.Verb;

/// The plain facts of one cmdlet, read once from its record; parser, completion, help and Groovy derive from it.
public record Descriptor(Class<? extends Cmdlet> type, Verb verb, String name, String summary, Impact impact,
        List<String> aliases, List<Parameter> parameters, List<Example> examples) {

    /// @param name      in Pascal case
    /// @param component index in the record
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
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++)
            parameters.add(parameter(components[i], i));
        return new Descriptor(type, name.verb(), name.verb() + "-" + name.noun(), name.summary(),
                name.impact(), List.of(name.aliases()), List.copyOf(parameters),
                List.of(type.getAnnotationsByType(Example.class)));
    }

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

    /// Makes the cmdlet from one argument per component, in order.
    ///
    /// @throws IllegalArgumentException if the record's constructor refuses them; the text says why
    public Cmdlet create(@Nullable Object[] arguments) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (java.lang.reflect.InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException why) throw why;
            throw new IllegalStateException(refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Parameter parameter(RecordComponent component, int index) {
        Param param = component.getAnnotation(Param.class);
        if (param == null)
            throw new IllegalArgumentException(component.getDeclaringRecord() + "." + component + " has no @Param");
        boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || component.getType() == boolean.class || !param.defaultValue().isEmpty();
        String name = Character.toUpperCase(component.getName().charAt(0)) + component.getName().substring(1);
        return new Parameter(name, component.getGenericType(), index, param.value(), param.position(),
                param.pipeline(),
                !optional, param.defaultValue(), param.names(), param.clearable(), param.oneOf());
    }
}
