package org.sternpost.buildtools.descriptor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.lang.model.element.TypeElement;

/// The code that finds the descriptor of a cmdlet, and loads none but that.
final class IndexSource {

    private IndexSource() {}

    static String of(TypeElement catalogue, List<CmdletFacts> cmdlets) {
        String type = catalogue.getQualifiedName() + "Index";
        return """
                package %s;

                import org.jspecify.annotations.Nullable;
                import org.sternpost.cmdlets.Descriptor;

                /// Written by the build: all cmdlets of this module, for [%s].
                final class %s {

                    private %s() {}

                    /// By noun, then verb.
                    static java.util.List<Descriptor> all() {
                        return java.util.List.of(
                                %s);
                    }

                    /// @param name or alias, in small letters
                    static @Nullable Descriptor find(String name) {
                        return switch (name) {
                            %s
                            default -> null;
                        };
                    }

                    /// @param type the full name of a cmdlet's record
                    static @Nullable Descriptor ofType(String type) {
                        return switch (type) {
                            %s
                            default -> null;
                        };
                    }
                }
                """.formatted(type.substring(0, type.lastIndexOf('.')), catalogue.getSimpleName(),
                catalogue.getSimpleName() + "Index", catalogue.getSimpleName() + "Index",
                cmdlets.stream().map(IndexSource::facts).collect(Collectors.joining(",\n                ")),
                cases(cmdlets, cmdlet -> cmdlet.names().stream()
                        .map(name -> DescriptorSource.literal(name.toLowerCase(Locale.ROOT)))
                        .collect(Collectors.joining(", "))),
                cases(cmdlets, cmdlet -> DescriptorSource.literal(cmdlet.type().getQualifiedName().toString())));
    }

    private static String cases(List<CmdletFacts> cmdlets, java.util.function.Function<CmdletFacts, String> labels) {
        return cmdlets.stream().map(cmdlet -> "case " + labels.apply(cmdlet) + " -> " + facts(cmdlet) + ";")
                .collect(Collectors.joining("\n            "));
    }

    private static String facts(CmdletFacts cmdlet) { return DescriptorSource.type(cmdlet) + ".FACTS"; }
}
