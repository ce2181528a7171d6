package org.sternpost.buildtools.descriptor;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.sternpost.buildtools.descriptor.CmdletFacts.Component;
import org.sternpost.buildtools.descriptor.CmdletFacts.Example;
import org.sternpost.buildtools.descriptor.CmdletFacts.Group;
import org.sternpost.buildtools.descriptor.CmdletFacts.Parameter;

/// The code of a cmdlet's descriptor.
final class DescriptorSource {

    private static final String NEXT = ",\n            ";

    private int taken;

    private DescriptorSource() {}

    /// The name of the class, beside that of the cmdlet, whose groups only its package can make.
    static String type(CmdletFacts cmdlet) { return cmdlet.type().getQualifiedName() + "Descriptor"; }

    static String of(CmdletFacts cmdlet) {
        String type = type(cmdlet);
        String name = type.substring(type.lastIndexOf('.') + 1);
        return """
                package %s;

                import org.sternpost.cmdlets.Cmdlet;
                import org.sternpost.cmdlets.Descriptor;
                import org.sternpost.cmdlets.Name;

                /// Written by the build from the annotations of [%s]; change those.
                @org.jspecify.annotations.NullUnmarked
                public final class %s implements Descriptor.Maker {

                    public static final Descriptor FACTS = new Descriptor(%s.class, new Descriptor.Title(%s),
                            Name.Impact.%s, java.util.List.of(%s),
                            java.util.List.of(%s), java.util.Optional.%s, new %s());

                    private %s() {}

                    @Override
                    @SuppressWarnings("unchecked")
                    public Cmdlet make(Object[] given) {
                        return %s;
                    }
                }
                """.formatted(packageOf(type), cmdlet.type().getSimpleName(), name, cmdlet.type().getSimpleName(),
                title(cmdlet), cmdlet.title().impact(),
                each(cmdlet.parameters(), DescriptorSource::parameter), each(cmdlet.examples(),
                        DescriptorSource::example),
                cmdlet.view().map(view -> "of(" + raw(view) + ".class)").orElse("empty()"), name, name,
                new DescriptorSource().made(cmdlet.type(), cmdlet.components()));
    }

    private static String title(CmdletFacts cmdlet) {
        var title = cmdlet.title();
        return "Name.Verb." + title.verb() + ", " + literal(title.noun()) + ", " + literal(title.summary())
                + ", java.util.List.of("
                + title.aliases().stream().map(DescriptorSource::literal).collect(Collectors.joining(", ")) + ")";
    }

    private static String parameter(int index, Parameter parameter) {
        var use = parameter.use();
        var given = parameter.element().asType();
        return "new Descriptor.Parameter(" + literal(parameter.name()) + ", "
                + (parameter.plain() ? ParameterTypes.plainLiteral(given) : ParameterTypes.literal(given)) + ", "
                + index + ", " + literal(use.doc()) + ", " + use.position() + ", " + use.pipeline() + ", "
                + parameter.mandatory() + ", " + literal(use.defaultValue()) + ", " + literal(use.names()) + ", "
                + use.clearable() + ", " + literal(use.oneOf()) + ")";
    }

    private static String example(int index, Example example) {
        return "new Descriptor.HelpExample(" + literal(example.shows()) + ", " + literal(example.run()) + ", "
                + literal(example.prints()) + ")";
    }

    /// A call of a record's constructor with the next of the values that are given.
    private String made(TypeElement record, List<Component> components) {
        return components.stream().map(component -> switch (component) {
            case Group group -> made(group.record(), group.components());
            case Parameter parameter -> value(parameter.element().asType());
        }).collect(Collectors.joining(NEXT, "new " + record.getQualifiedName() + "(", ")"));
    }

    private String value(TypeMirror type) {
        String given = "given[" + taken++ + "]";
        if (ParameterTypes.isEdit(type)) given = "Descriptor.edit(" + given + ")";
        if (ParameterTypes.isClearable(type)) given = "Descriptor.clearable(" + given + ")";
        return "(" + ParameterTypes.code(type) + ") " + given;
    }

    private interface Written<T> {
        String at(int index, T one);
    }

    private static <T> String each(List<T> all, Written<T> written) {
        var code = new StringBuilder();
        for (int i = 0; i < all.size(); i++)
            code.append(i == 0 ? "\n            " : NEXT).append(written.at(i, all.get(i)));
        return code.toString();
    }

    private static String raw(TypeMirror view) {
        return view instanceof DeclaredType type && type.asElement() instanceof TypeElement element
                ? element.getQualifiedName().toString()
                : view.toString();
    }

    private static String packageOf(String type) { return type.substring(0, type.lastIndexOf('.')); }

    /// A text as Java has it between quotes.
    static String literal(String text) {
        var code = new StringBuilder("\"");
        for (char c : text.toCharArray())
            switch (c) {
                case '"' -> code.append("\\\"");
                case '\\' -> code.append("\\\\");
                case '\n' -> code.append("\\n");
                case '\r' -> code.append("\\r");
                case '\t' -> code.append("\\t");
                default -> {
                    if (c >= ' ' && c <= '~') code.append(c);
                    else
                        code.append("\\u").append(HexFormat.of().toHexDigits(c));
                }
            }
        return code.append('"').toString();
    }
}
