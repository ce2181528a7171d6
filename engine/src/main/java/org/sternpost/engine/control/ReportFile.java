package org.sternpost.engine.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.store.OwnerOnly;

/// A file on the engine's machine that a report is written into: seen whole or not at all, and by the engine's user
/// alone.
record ReportFile(Path path, Format format, boolean force) {

    enum Format { Html, Json, Csv }

    /// @param force one that is there is replaced
    static ReportFile of(Path path, boolean force) throws ManagementException {
        if (!path.isAbsolute())
            throw new ManagementException(Kind.Invalid, "-Path " + path + " is no whole path",
                    "the engine writes the file: give a path from /, on its machine");
        if (Files.isDirectory(path))
            throw new ManagementException(Kind.Invalid, path + " is a directory", "name a file in it");
        var file = new ReportFile(path, format(path), force);
        if (!force && Files.exists(path)) throw there(path);
        if (Files.exists(path) && !Files.isRegularFile(path))
            throw new ManagementException(Kind.Invalid, path + " is no plain file", "name another one");
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory))
            throw new ManagementException(Kind.Invalid, "there is no directory " + directory,
                    "make it, or name another");
        return file;
    }

    private static ManagementException there(Path path) {
        return new ManagementException(Kind.Exists, path + " is there already", "-Force replaces it");
    }

    /// By its ending, so that nothing else is ever replaced than what may be a report.
    private static Format format(Path path) throws ManagementException {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html", "htm" -> Format.Html;
            case "json" -> Format.Json;
            case "csv" -> Format.Csv;
            default -> throw new ManagementException(Kind.Invalid, path + " does not end in .html, .json or .csv",
                    "its ending says the form of the report");
        };
    }

    /// @return its octets
    long write(String text) throws ManagementException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        Path draft = path.resolveSibling("." + path.getFileName() + ".part");
        try {
            Files.deleteIfExists(draft); // of a writer that was killed
            OwnerOnly.newFile(draft);
            try {
                Files.write(draft, octets);
                if (force) Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                else
                    Files.createLink(path, draft); // which replaces nothing
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (FileAlreadyExistsException already) {
            throw there(path);
        } catch (IOException broken) {
            throw new ManagementException(Kind.Unavailable, path + " cannot be written: " + why(broken),
                    "look at its directory and disk, and who may write there: the engine runs as "
                            + System.getProperty("user.name"));
        }
        return octets.length;
    }

    private static String why(IOException broken) {
        return switch (broken) {
            case NoSuchFileException _ -> "its directory is gone";
            case AccessDeniedException _ -> "permission denied";
            default -> String.valueOf(broken.getMessage());
        };
    }
}
