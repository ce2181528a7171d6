package org.sternpost.shell.launch;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Tests that share one [ExampleEngine].
abstract class WithExampleEngine {

    @TempDir
    static Path home;

    static ExampleEngine engine;

    @BeforeAll
    static void start() throws Exception { engine = new ExampleEngine(home); }

    @AfterAll
    static void stop() throws Exception { engine.close(); }
}
