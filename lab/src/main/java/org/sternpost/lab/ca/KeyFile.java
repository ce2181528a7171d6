package org.sternpost.lab.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// A key pair that outlives the process: two lines of base64, private then public.
///
/// The lab's keys protect nothing, so the file is not encrypted.
public final class KeyFile {
    private KeyFile() {}

    /// The pair in `file`, made and written when there is none.
    public static KeyPair open(Path file) throws IOException {
        if (Files.exists(file)) {
            return read(Files.readAllLines(file), file);
        }
        var pair = Authority.newPair();
        var base64 = Base64.getEncoder();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, List.of(base64.encodeToString(pair.getPrivate().getEncoded()),
                base64.encodeToString(pair.getPublic().getEncoded())));
        return pair;
    }

    private static KeyPair read(List<String> lines, Path file) throws IOException {
        try {
            var factory = KeyFactory.getInstance("EC");
            var base64 = Base64.getDecoder();
            return new KeyPair(factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(1)))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(0)))));
        } catch (GeneralSecurityException | IndexOutOfBoundsException | IllegalArgumentException broken) {
            throw new IOException("No key pair in " + file + "; delete the file and start again.", broken);
        }
    }
}
