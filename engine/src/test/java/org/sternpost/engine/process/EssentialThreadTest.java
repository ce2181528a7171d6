package org.sternpost.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// What ends a process and what does not, in processes of their own.
class EssentialThreadTest {

    @TempDir
    Path directory;

    /// Lets one thread end in one way, and lives on by itself for good: whoever sees it end has seen it ended.
    static final class Program {

        private Program() {}

        public static void main(String[] how) throws InterruptedException {
            LastWords.install(System.err);
            Runnable work = () -> fail(how[1]);
            if (how[0].equals("accept")) {
                AcceptLoop.start("pump", "here", new AcceptLoop.Listener<Closeable>() {
                    @Override
                    public Closeable accept() { return () -> {}; }

                    @Override
                    public boolean isOpen() { return true; }
                }, _ -> work.run(), new SystemTime());
                new CountDownLatch(1).await();
            }
            Thread thread = switch (how[0]) {
                case "essential" -> EssentialThread.start("pump", work);
                case "platform" -> EssentialThread.startPlatform("pump", work);
                case "other" -> Thread.ofVirtual().name("guest").start(work);
                // As a task that catches all there is: a session, a delivery.
                default -> Thread.ofVirtual().name("guest").start(() -> {
                    try {
                        work.run();
                    } catch (RuntimeException | Error caught) {
                        EssentialThread.rethrowFatal(caught);
                    }
                });
            };
            thread.join();
            System.out.println("lives");
            System.out.flush();
            if (how[2].equals("71")) new CountDownLatch(1).await();
        }

        private static void fail(String why) {
            switch (why) {
                case "exception" -> throw new IllegalStateException("broken");
                case "deep" -> fail(why);
                case "memory" -> {
                    var hoard = new ArrayList<long[]>();
                    while (hoard.size() >= 0)
                        hoard.add(new long[1 << 20]);
                }
                case "class" -> throw new NoClassDefFoundError("gone");
                default -> {
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            essential, exception, 71, thread pump failed: java.lang.IllegalStateException: broken
            essential, deep,      71, thread pump failed: java.lang.StackOverflowError
            essential, memory,    71, thread pump failed: java.lang.OutOfMemoryError
            essential, class,     71, thread pump failed: java.lang.NoClassDefFoundError: gone
            essential, nothing,    0, ''
            platform,  memory,    71, thread pump failed: java.lang.OutOfMemoryError
            accept,    exception, 71, thread pump failed: java.lang.IllegalStateException: broken
            platform,  exception, 71, thread pump failed: java.lang.IllegalStateException: broken
            other,     exception,  0, ''
            other,     deep,       0, ''
            other,     memory,    71, thread guest failed: java.lang.OutOfMemoryError
            caught,    exception,  0, ''
            caught,    deep,       0, ''
            caught,    class,      0, ''
            caught,    memory,    71, thread guest failed: java.lang.OutOfMemoryError
            """)
    void processEndsInWordsWhenItWouldBeACorpse(String thread, String why, int exit, String words) throws Exception {
        Path output = directory.resolve("output");
        var process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx32m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Program.class.getName(), thread, why, String.valueOf(exit)).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        boolean ended;
        try {
            ended = process.waitFor(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertTrue(ended, "it lives on as a corpse: " + said);
        assertEquals(exit, process.exitValue(), said);
        if (exit == 0) assertTrue(said.contains("lives"), said);
        else
            assertTrue(said.contains("sternpost: this process cannot go on and ends: " + words), said);
        if (why.equals("memory")) assertTrue(said.contains("give it more memory"), said);
        assertEquals(exit != 0, said.contains("start it again"), said);
    }

    @Test
    void launcherLetsJavaEndWithoutMemory() throws Exception {
        Path script = Path.of(System.getProperty("sternpost.root", "..")).resolve("sternpost");
        List<String> starts = Files.readAllLines(script).stream().filter(line -> line.startsWith("exec ")).toList();
        assertEquals(1, starts.size(), starts.toString());
        assertTrue(starts.getFirst().contains("-XX:+ExitOnOutOfMemoryError"), starts.toString());
    }
}
