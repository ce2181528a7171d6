package org.sternpost.buildtools.descriptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/// What the annotations of one cmdlet say.
///
/// @param view what a query or change answers with; empty for a stage
record CmdletFacts(TypeElement type, Title title, List<Component> components, List<Example> examples,
        Optional<TypeMirror> view) {

    /// The values of its `@Name`.
    record Title(String verb, String noun, String summary, String impact, List<String> aliases) {}

    /// The values of an `@Example`.
    record Example(String shows, String run, String prints) {}

    /// A component of a cmdlet's record, or of a group of it.
    sealed interface Component {
        RecordComponentElement element();
    }

    /// @param plain of what makes a thing, where there is nothing yet to edit or to clear
    record Parameter(RecordComponentElement element, boolean plain, boolean mandatory, Use use)
            implements
                Component {

        /// In Pascal case.
        String name() {
            String name = element.getSimpleName().toString();
            return Character.toUpperCase(name.charAt(0)) + name.substring(1);
        }
    }

    /// The values of a `@Param` as they hold in this cmdlet.
    record Use(String doc, int position, boolean pipeline, String defaultValue, String names, boolean clearable,
            String oneOf) {}

    /// A `@Param.Group`: its parameters stand in the place of the component.
    record Group(RecordComponentElement element, TypeElement record, List<Component> components)
            implements
                Component {}

    String name() { return title.verb() + "-" + title.noun(); }

    String noun() { return title.noun(); }

    /// What it is found by.
    List<String> names() { return Stream.concat(Stream.of(name()), title.aliases().stream()).toList(); }

    /// In order, those of groups in the place of the group.
    List<Parameter> parameters() {
        var all = new ArrayList<Parameter>();
        collect(components, all);
        return all;
    }

    private static void collect(List<Component> components, List<Parameter> all) {
        for (Component component : components)
            switch (component) {
                case Parameter parameter -> all.add(parameter);
                case Group group -> collect(group.components(), all);
            }
    }
}
