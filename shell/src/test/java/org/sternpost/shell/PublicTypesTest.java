package org.sternpost.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.Attributes;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.engine.Engine;
import org.sternpost.lab.Lab;

/// A type is public only where another package uses it, or where the signature of such a type names it.
///
/// Uses are read from the compiled classes of all modules, so that a type that a `var` holds counts as well, and from
/// the imports of tests and of `bench`.
class PublicTypesTest {
    private static final Pattern OURS = Pattern.compile("org/sternpost/[\\w/]+");
    private static final Pattern SOURCE = Pattern.compile("/(?:src/test|bench/src/main)/java/(.*)");
    /// What no compiled code names: the process starts it, Groovy finds it in a script, a record is read by its
    /// components, only the compiler reads an annotation, the build writes it.
    private static final Set<String> FOUND_BY_NAME = Set.of("org/sternpost/shell/Main",
            "org/sternpost/shell/training/Training",
            "org/sternpost/shell/groovy/Units", "org/sternpost/shell/groovy/ScriptBase",
            "org/sternpost/shell/groovy/ScriptParam", "org/sternpost/shell/groovy/CmdletException",
            "org/sternpost/shell/groovy/Row", "org/sternpost/shell/groovy/Rows",
            "org/sternpost/cmdlets/Example",
            "org/sternpost/cmdlets/catalogue/ClearHost", "org/sternpost/cmdlets/catalogue/GetCommand",
            "org/sternpost/cmdlets/catalogue/ClearHostDescriptor",
            "org/sternpost/cmdlets/catalogue/GetCommandDescriptor",
            "org/sternpost/cmdlets/catalogue/GetHelpDescriptor");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private final Set<String> publicTypes = new TreeSet<>();
    /// What each package names.
    private final Map<String, Set<String>> used = new HashMap<>();
    /// What the public members of a type name, those of its nested types included.
    private final Map<String, Set<String>> shown = new HashMap<>();

    @Test
    void aTypeIsPublicOnlyWhereAnotherPackageUsesIt() throws Exception {
        for (Class<?> module : List.of(Engine.class, Cmdlet.class, Main.class, Lab.class))
            readClasses(Path.of(module.getProtectionDomain().getCodeSource().getLocation().toURI()));
        assertTrue(publicTypes.size() > 100, "public types were found: " + publicTypes.size());
        readSources();
        var needed = new TreeSet<>(FOUND_BY_NAME);
        used.forEach((home, types) -> types.stream().filter(type -> !packageOf(type).equals(home))
                .forEach(needed::add));
        for (int before = -1; before != needed.size();) {
            before = needed.size();
            for (String type : List.copyOf(needed))
                needed.addAll(shown.getOrDefault(type, Set.of()));
        }
        assertEquals(List.of(), publicTypes.stream().filter(type -> !needed.contains(type)).toList(),
                "public, and no other package uses it");
    }

    private void readClasses(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            readBelow(place);
            return;
        }
        try (var jar = FileSystems.newFileSystem(place)) {
            readBelow(jar.getPath("/"));
        }
    }

    private void readBelow(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList())
                read(ClassFile.of().parse(Files.readAllBytes(file)));
        }
    }

    private void read(ClassModel type) {
        String name = outermost(type.thisClass().asInternalName());
        if (!name.startsWith("org/sternpost/")) return;
        Set<String> home = used.computeIfAbsent(packageOf(name), _ -> new TreeSet<>());
        for (PoolEntry entry : type.constantPool())
            // A text with dots as well: the index of cmdlets finds one by its name.
            if (entry instanceof Utf8Entry text) collect(text.stringValue().replace('.', '/'), home);
        if (!type.flags().has(AccessFlag.PUBLIC)) return;
        Set<String> open = new TreeSet<>();
        type.superclass().ifPresent(above -> collect(above.asInternalName(), open));
        type.interfaces().forEach(above -> collect(above.asInternalName(), open));
        type.methods().stream().filter(m -> m.flags().has(AccessFlag.PUBLIC)).forEach(m -> {
            collect(m.methodType().stringValue(), open);
            m.findAttribute(Attributes.signature()).map(SignatureAttribute::signature)
                    .ifPresent(signature -> collect(signature.stringValue(), open));
        });
        type.findAttribute(Attributes.record()).map(RecordAttribute::components).orElse(List.of())
                .forEach(component -> collect(component.descriptor().stringValue(), open));
        if (name.equals(type.thisClass().asInternalName())) publicTypes.add(name);
        shown.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(open);
    }

    /// Tests of other packages are users as well, and what is built after these.
    private void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Matcher source = SOURCE.matcher(file.toString());
                if (source.find())
                    collect(Files.readString(file).replace('.', '/'),
                            used.computeIfAbsent(packageOf(source.group(1)), _ -> new TreeSet<>()));
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static void collect(String text, Set<String> types) {
        var found = OURS.matcher(text);
        while (found.find()) {
            // A member of a type follows its name in an import: the first part in capitals is the type.
            var parts = found.group().split("/");
            for (int i = 2; i < parts.length; i++)
                if (Character.isUpperCase(parts[i].charAt(0))) {
                    types.add(String.join("/", List.of(parts).subList(0, i + 1)));
                    break;
                }
        }
    }

    private static String outermost(String name) { return name.replaceFirst("\\$.*", ""); }

    private static String packageOf(String type) { return type.substring(0, type.lastIndexOf('/')); }
}
