package org.sternpost.buildtools.plain;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// `PlainJars <folder> <module> ...`: makes the classes of the modules' jars in a folder plain, and takes the
/// signatures from all its jars, in place.
public final class PlainJars {

    private PlainJars() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (var all = Files.newDirectoryStream(folder, "*.jar")) {
            var jars = new ArrayList<Path>();
            all.forEach(jars::add);
            for (Path jar : jars)
                UnsignedJars.unsign(jar);
            for (String module : Arrays.asList(args).subList(1, args.length))
                make(jars.stream().filter(jar -> jar.getFileName().toString().matches(module + "-\\d.*")).findAny()
                        .orElseThrow(() -> new IOException(folder + " has no jar of " + module)), jars);
        }
    }

    /// Makes all classes of a jar plain.
    ///
    /// @param libraries jars with the types that it uses
    public static void make(Path jar, List<Path> libraries) throws IOException {
        Path part = jar.resolveSibling(jar.getFileName() + ".part");
        var places = new URL[libraries.size()];
        for (int i = 0; i < places.length; i++)
            places[i] = libraries.get(i).toUri().toURL();
        try (var loader = new URLClassLoader(places)) {
            var types = ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver()).cached();
            copy(jar, part,
                    ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(types), ConstantPoolSharingOption.NEW_POOL));
        }
        Files.move(part, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copy(Path jar, Path to, ClassFile classes) throws IOException {
        try (var in = new JarInputStream(Files.newInputStream(jar));
                var out = in.getManifest() == null
                        ? new JarOutputStream(Files.newOutputStream(to))
                        : new JarOutputStream(Files.newOutputStream(to), in.getManifest())) {
            for (var entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                byte[] content = in.readAllBytes();
                var copied = new ZipEntry(entry.getName());
                copied.setTime(entry.getTime());
                out.putNextEntry(copied);
                out.write(entry.getName().endsWith(".class") ? new PlainClass(classes, content).made() : content);
            }
        }
    }
}
