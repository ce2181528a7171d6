package org.sternpost.buildtools.plain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/// Takes from jars the signature of who made them.
///
/// The JDK keeps no class of a signed jar in an AOT cache, and holds each one that it loads against a digest: with
/// Bouncy Castle that is a seventh of all classes of an engine. The build has its libraries over TLS from
/// Maven's repository; a signature that whoever may write here could take away as well protects nobody.
final class UnsignedJars {

    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private UnsignedJars() {}

    /// Leaves a jar without a signature as it is.
    static void unsign(Path jar) throws IOException {
        Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
        try (var from = new JarFile(jar.toFile(), false)) {
            if (from.stream().noneMatch(UnsignedJars::isSignature)) return;
            var manifest = new Manifest();
            manifest.getMainAttributes().putAll(from.getManifest().getMainAttributes()); // the rest is digests
            try (var to = new JarOutputStream(Files.newOutputStream(unsigned), manifest)) {
                for (JarEntry entry : Collections.list(from.entries())) {
                    if (isSignature(entry) || entry.getName().equals(JarFile.MANIFEST_NAME)) continue;
                    var copy = new JarEntry(entry.getName());
                    copy.setLastModifiedTime(entry.getLastModifiedTime());
                    to.putNextEntry(copy);
                    try (var in = from.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                }
            }
        }
        Files.setLastModifiedTime(unsigned, Files.getLastModifiedTime(jar));
        Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isSignature(JarEntry entry) { return SIGNATURE.matcher(entry.getName()).matches(); }
}
