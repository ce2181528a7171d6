package org.sternpost.shell.launch;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.sternpost.buildtools.plain.PlainJars;

/// The program as it would be installed: the launcher script, and the classes under test under the names of their jars.
final class InstalledCopy {

    private static final ClassDesc DEFECT = ClassDesc.of("java.lang.IllegalStateException");
    private static final String PLANTED = "a-planted-defect.jar"; // the first by name is the first to be looked into
    private static final String VERSION = "-0.1.0.jar";

    private final Path home;
    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private final Path libraries;

    static InstalledCopy in(Path home) throws IOException {
        var copy = new InstalledCopy(home);
        copy.install();
        return copy;
    }

    private InstalledCopy(Path home) {
        this.home = home;
        this.libraries = home.resolve("lib");
    }

    private void install() throws IOException {
        Files.createDirectories(libraries);
        Files.copy(root.resolve("sternpost"), home.resolve("sternpost"));
        Files.createSymbolicLink(home.resolve("security.properties"),
                root.resolve("shell/src/main/dist/security.properties"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path part = Path.of(entry).toAbsolutePath().normalize();
            if (!Files.exists(part) || part.endsWith("test-classes") || entry.endsWith("-tests.jar")) continue;
            String name = part.startsWith(root)
                    ? root.relativize(part).getName(0) + VERSION
                    : part.getFileName().toString();
            if (name.equals("buildtools" + VERSION)) continue;
            if (name.equals("shell" + VERSION)) jar(part, libraries.resolve(name));
            else if (!Files.exists(libraries.resolve(name))) Files.createSymbolicLink(libraries.resolve(name), part);
        }
    }

    /// Makes one method fail where the text of its first argument contains something: a defect such as nobody knows of
    /// yet, in the program that is otherwise the one under test.
    void plantDefect(Class<?> type, String method, String argument) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        byte[] broken;
        try (var sound = type.getClassLoader().getResourceAsStream(file)) {
            var classes = ClassFile.of();
            var model = classes.parse(sound.readAllBytes());
            if (model.methods().stream().noneMatch(one -> one.methodName().equalsString(method)))
                throw new IllegalArgumentException(type + " has no method " + method);
            broken = classes.transformClass(model, ClassTransform.transformingMethodBodies(
                    (MethodModel one) -> one.methodName().equalsString(method), failsFor(argument)));
        }
        try (var jar = new JarOutputStream(Files.newOutputStream(libraries.resolve(PLANTED)))) {
            jar.putNextEntry(new JarEntry(file));
            jar.write(broken);
        }
    }

    /// For the next start.
    void mendDefect() throws IOException { Files.delete(libraries.resolve(PLANTED)); }

    private static CodeTransform failsFor(String argument) {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                code.aload(1)
                        .invokevirtual(ConstantDescs.CD_Object, "toString",
                                MethodTypeDesc.of(ConstantDescs.CD_String))
                        .ldc(argument)
                        .invokevirtual(ConstantDescs.CD_String, "contains", MethodTypeDesc
                                .of(ConstantDescs.CD_boolean, ClassDesc.of("java.lang.CharSequence")))
                        .ifThen(then -> then.new_(DEFECT).dup().ldc("planted defect")
                                .invokespecial(DEFECT, ConstantDescs.INIT_NAME,
                                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String))
                                .athrow());
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) { code.with(element); }
        };
    }

    /// Starts it.
    ///
    /// @param before commands of the shell, such as `umask 022`
    /// @param flags  of Java; may be empty
    Child start(String before, String flags, String... arguments) throws IOException {
        // A build that runs in the background ignores Ctrl-C, and its children would too.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT", "sh", "-c",
                before + "; exec sh " + home.resolve("sternpost") + " \"$@\"", "sternpost"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (!flags.isEmpty()) builder.environment().put("JDK_JAVA_OPTIONS", flags);
        return new Child(builder.start());
    }

    /// Libraries where another user can read them, made plain as the build's are.
    void copyLibraries() throws IOException {
        try (Stream<Path> links = Files.walk(libraries, 1)) {
            for (Path link : links.filter(Files::isSymbolicLink).toList()) {
                Path real = link.toRealPath();
                Files.delete(link);
                if (Files.isDirectory(real)) jar(real, link);
                else
                    Files.copy(real, link);
            }
        }
        PlainJars.main(new String[]{libraries.toString(), "lab", "engine", "cmdlets", "shell"});
    }

    private static void jar(Path classes, Path file) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(file)); Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                Files.copy(one, jar);
            }
        }
    }
}
