package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.engine.config.Settings;

/// A start that fails says the place, the reason and the remedy, and leaves nothing behind that hinders the next.
class EngineStartTest {

    @TempDir
    Path home;
    private Settings settings;

    @BeforeEach
    void settings() throws Exception { settings = Settings.load(Files.writeString(home.resolve("sternpost.yaml"), """
                hostName: relay.lab.test
                dataDirectory: data
                submission: [{ address: "127.0.0.1:0", allow: ["127.0.0.0/8"] }]
                """)); }

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new IOException("the disk is gone"), "the disk is gone", ""),
                Arguments.of(new IOException(), "java.io.IOException", ""),
                Arguments.of(new IllegalArgumentException("no such zone"), "no such zone", ""),
                Arguments.of(new AccessDeniedException("/data/bodies"), "/data/bodies: permission denied",
                        "the engine runs as "),
                Arguments.of(new FileAlreadyExistsException("/data/native"),
                        "/data/native is in the way: something else belongs there", "move it elsewhere"),
                Arguments.of(new NoSuchFileException("/data/key.pem"), "/data/key.pem does not exist", ""));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void whatStandsInTheWayIsNamed(Exception trouble, String words, String hint) {
        var refused = assertThrows(EngineStartException.class, () -> Engine.start(settings, _ -> {
            switch (trouble) {
                case IOException broken -> throw broken;
                case RuntimeException broken -> throw broken;
                default -> throw new AssertionError(trouble);
            }
        }));
        assertEquals(words, refused.getMessage());
        assertTrue(refused.hint().startsWith(hint), refused.hint());
    }

    @Test
    void aDefectIsCalledOursAndNamesItsPlace() throws Exception {
        var refused = assertThrows(EngineStartException.class, () -> Engine.start(settings, _ -> {
            throw new IllegalStateException("never");
        }));
        assertTrue(refused.getMessage().startsWith("this is a defect of the engine: java.lang.IllegalStateException: "
                + "never at org.sternpost.engine.EngineStartTest."), refused.getMessage());
        assertFalse(refused.hint().isEmpty());
        Engine.start(settings, _ -> () -> {}).close();
    }

    @Test
    void aLibraryThatDoesNotLoadIsNoStackTraceEither() {
        var refused = assertThrows(EngineStartException.class, () -> Engine.start(settings, _ -> {
            throw new UnsatisfiedLinkError("no sqlitejdbc");
        }));
        assertTrue(refused.getMessage().contains("no sqlitejdbc"), refused.getMessage());
    }
}
