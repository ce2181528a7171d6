package org.sternpost.buildtools.descriptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.util.Elements;

/// The values of one annotation, with its defaults. Where one is missing or no constant, which javac itself refuses, it
/// counts as empty.
record Said(Elements elements, AnnotationMirror annotation) {

    /// False if javac will refuse it for what it lacks.
    boolean has(String... names) {
        for (String name : names)
            if (value(name, Object.class).filter(value -> !"<error>".equals(value)).isEmpty()) return false;
        return true;
    }

    String text(String name) { return value(name, String.class).orElse(""); }

    int number(String name) { return value(name, Integer.class).orElse(-1); }

    boolean truth(String name) { return value(name, Boolean.class).orElse(false); }

    /// The name of a constant of an enum.
    String constant(String name) {
        return value(name, VariableElement.class).map(constant -> constant.getSimpleName().toString()).orElse("");
    }

    List<String> texts(String name) { return values(name, String.class); }

    /// Annotations within this one.
    List<Said> inner(String name) {
        return values(name, AnnotationMirror.class).stream().map(each -> new Said(elements, each)).toList();
    }

    private <T> List<T> values(String name, Class<T> type) {
        var all = new ArrayList<T>();
        for (Object each : value(name, List.class).orElse(List.of()))
            if (each instanceof AnnotationValue value && type.isInstance(value.getValue()))
                all.add(type.cast(value.getValue()));
        return all;
    }

    private <T> Optional<T> value(String name, Class<T> type) {
        for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> each : elements
                .getElementValuesWithDefaults(annotation).entrySet())
            if (each.getKey().getSimpleName().contentEquals(name))
                return Optional.of(each.getValue().getValue()).filter(type::isInstance).map(type::cast);
        return Optional.empty();
    }
}
