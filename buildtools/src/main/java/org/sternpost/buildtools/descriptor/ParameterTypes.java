package org.sternpost.buildtools.descriptor;

import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/// The types that a parameter may have, and how they are written in code.
final class ParameterTypes {

    private static final String PARAM = DescriptorProcessor.CMDLETS + "Param.";
    private static final String ENGINE = "org.sternpost.engine.";
    private static final Set<String> PLAIN = Set.of("java.lang.String", "java.lang.Integer", "java.lang.Long",
            "java.lang.Boolean", "java.time.Instant", "java.time.Duration", "java.nio.file.Path",
            ENGINE + "mail.Domain", ENGINE + "mail.Address", ENGINE + "connector.DomainPattern",
            ENGINE + "connector.HostPort", PARAM + "Size", PARAM + "Percent", PARAM + "Block",
            DescriptorProcessor.CMDLETS + "NewPassword");
    private static final String EDIT = PARAM + "SetEdit";
    private static final String CLEARABLE = PARAM + "Clearable";
    private static final Set<String> OF_ONE = Set.of("java.util.List", EDIT, CLEARABLE);
    private static final String TABLE = "java.util.Map<java.lang.String, java.lang.String>";

    private ParameterTypes() {}

    /// True if a component of a cmdlet may have it.
    static boolean has(TypeMirror type) {
        if (type.getKind() == TypeKind.BOOLEAN) return true;
        if (!(type instanceof DeclaredType declared)) return false;
        if (declared.getTypeArguments().size() == 1)
            return OF_ONE.contains(raw(declared)) && has(declared.getTypeArguments().getFirst());
        return PLAIN.contains(code(type)) || code(type).equals(TABLE) || declared.asElement()
                .getKind() == ElementKind.ENUM;
    }

    /// True if javac does not know it, or a part of it.
    static boolean isBroken(TypeMirror type) {
        return type.getKind() == TypeKind.ERROR
                || type instanceof DeclaredType some && some.getTypeArguments().stream().anyMatch(
                        ParameterTypes::isBroken);
    }

    static boolean isEdit(TypeMirror type) { return type instanceof DeclaredType some && raw(some).equals(EDIT); }

    static boolean isClearable(TypeMirror type) {
        return type instanceof DeclaredType some && raw(some).equals(CLEARABLE);
    }

    /// As it is written in code, in full and without annotations.
    static String code(TypeMirror type) {
        if (type.getKind().isPrimitive()) return type.getKind().name().toLowerCase(java.util.Locale.ROOT);
        if (!(type instanceof DeclaredType declared)) return type.toString();
        String raw = raw(declared);
        return declared.getTypeArguments().isEmpty()
                ? raw
                : declared.getTypeArguments().stream().map(ParameterTypes::code)
                        .collect(Collectors.joining(", ", raw + "<", ">"));
    }

    /// As [#literal], without the edit: a list for a `SetEdit`, a value for a `Clearable`.
    static String plainLiteral(TypeMirror type) {
        if (!isEdit(type) && !isClearable(type) || !(type instanceof DeclaredType declared)) return literal(type);
        String element = literal(declared.getTypeArguments().getFirst());
        return isClearable(type) ? element : "Descriptor.type(java.util.List.class, " + element + ")";
    }

    /// An expression that gives it as a `java.lang.reflect.Type`.
    static String literal(TypeMirror type) {
        if (!(type instanceof DeclaredType declared) || declared.getTypeArguments().isEmpty())
            return code(type) + ".class";
        return declared.getTypeArguments().stream().map(ParameterTypes::literal)
                .collect(Collectors.joining(", ", "Descriptor.type(" + raw(declared) + ".class, ", ")"));
    }

    private static String raw(DeclaredType type) {
        return type.asElement() instanceof TypeElement element ? element.getQualifiedName().toString() : "";
    }
}
