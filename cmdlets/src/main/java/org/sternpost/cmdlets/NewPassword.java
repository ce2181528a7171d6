package org.sternpost.cmdlets;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.sternpost.engine.credential.Password;
import org.sternpost.engine.credential.ScramKeys;

/// A password that somebody is to have, given as the file that it stands in, or to be asked for without echo.
///
/// The shell makes of it what is kept, so the password itself goes over no wire, and into no plan, audit, log or
/// history: nowhere is there a parameter that takes it as text.
public sealed interface NewPassword {

    /// How a person says that the shell is to ask.
    String ASK = "-";

    /// What is kept of it.
    record Keys(ScramKeys keys) implements NewPassword {}

    /// To be asked for when the command runs.
    record Asked() implements NewPassword {}

    /// Reads the file of a name; [#ASK] is no file.
    ///
    /// @throws IllegalArgumentException with a sentence that shows nothing of the password
    static NewPassword of(String name) {
        return name.equals(ASK) ? new Asked() : new Keys(ScramKeys.of(Password.of(line(name))));
    }

    /// As a person has typed it.
    ///
    /// @throws IllegalArgumentException with a sentence that shows nothing of the password
    static Keys typed(String password) { return new Keys(ScramKeys.of(Password.of(password))); }

    private static String line(String name) {
        int most = 4_096; // a password has 256 octets at most
        try (var in = Files.newInputStream(Path.of(name))) {
            byte[] octets = in.readNBytes(most + 1);
            if (octets.length > most) throw new IllegalArgumentException(name + " has more than a password in it");
            String text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(octets)).toString();
            String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            if (line.endsWith("\r")) line = line.substring(0, line.length() - 1);
            if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0)
                throw new IllegalArgumentException(name + " has several lines; a password is one");
            return line;
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException("there is no file " + name + " that a password could be read from",
                    missing);
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException(name + " is not UTF-8", notUtf8);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(name + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
