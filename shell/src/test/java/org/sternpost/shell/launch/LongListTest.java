package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.queue.LongQueue;

/// Long lists from the engine's tables to the end of a pipeline.
class LongListTest {

    private static final int MESSAGES = 5_000;
    private static final int QUEUES = 1_200;
    private static final int HELD_MAX = 3_000; // rows that may lie between the tables and the terminal

    @TempDir
    Path directory;

    private QueueInShell shell;

    @BeforeEach
    void open() throws Exception {
        shell = new QueueInShell(directory, (store, time) -> LongQueue.fill(store, time, MESSAGES,
                number -> "u" + number + "@d%04d.test".formatted(number % QUEUES)));
    }

    @AfterEach
    void close() throws Exception { shell.close(); }

    private Ran command(String text) { return shell.run("-Command", text); }

    @Test
    void unlimitedIsAllThereAreAndNothingIsCutWithoutAWord() {
        for (String[] row : new String[][]{{"Get-Message", "" + MESSAGES}, {"Get-Queue", "" + QUEUES},
                {"Get-Queue -SortOrder '-Identity'", "" + QUEUES}, {"Get-QueueDigest", "" + QUEUES}}) {
            assertEquals(new Ran(0, row[1] + "\n", ""), command("(" + row[0] + " -ResultSize Unlimited).Count"),
                    row[0]);
            Ran cut = command(row[0] + " -ResultSize 100 | Measure-Object | Select-Object -ExpandProperty Count");
            assertEquals("100\n", cut.out());
            assertTrue(cut.err().contains("these are the first 100 records; there are more"), cut.err());
        }
    }

    /// The reader takes a line and sees how far the engine is ahead of it.
    @Test
    void neitherEngineNorShellHoldsALongList() {
        long[] lines = {0};
        long[] ahead = {0};
        var out = new OutputStream() {
            @Override
            public void write(int octet) {
                if (octet != '\n') return;
                lines[0]++;
                ahead[0] = Math.max(ahead[0], shell.handedOn - lines[0]);
            }
        };
        assertEquals(0, shell.run(out, new ByteArrayOutputStream(), "-OutputFormat", "Csv", "-Command",
                "Get-Message -ResultSize Unlimited"));
        assertEquals(MESSAGES + 1, lines[0]);
        assertTrue(ahead[0] < HELD_MAX, ahead[0] + " rows were held");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Get-Message -ResultSize Unlimited", "Get-Message", "Get-Queue -ResultSize Unlimited"})
    void theFirstFewEndTheEnginesSearch(String list) {
        Ran few = command(list + " | Select-Object -First 3 | Measure-Object | Select-Object -ExpandProperty Count");
        assertEquals(new Ran(0, "3\n", ""), few);
        assertTrue(shell.handedOn < MESSAGES / 2 && shell.handedOn < QUEUES, shell.handedOn + " rows for three");
    }

    @Test
    void aLongListOfPlainValuesIsALineForEach() {
        String all = command("Get-Message -ResultSize Unlimited | Select-Object -ExpandProperty Identity").out();
        assertEquals(MESSAGES, all.lines().filter(line -> !line.isBlank()).count());
        assertEquals(MESSAGES, all.lines().count(), "and no blank ones between");
    }

    private void done(String text) {
        Ran done = command(text + " -Confirm:$false");
        assertEquals(0, done.exit(), done.err());
    }

    /// Those of the last queue are behind the first thousand.
    @Test
    void anActOnWhatAConditionTakesIsOnAllOfIt() {
        String few = "Get-Message | Where-Object Recipients -like *@d1199.test";
        String suspended = "(Get-Message | Where-Object Status -eq Suspended).Count";
        done(few + " | Suspend-Message");
        assertEquals("4\n", command(suspended).out());
        done("Get-Message | Where-Object Status -eq Suspended | Select-Object -First 1 | Resume-Message");
        assertEquals("3\n", command(suspended).out());
        done("Get-Queue | Where-Object NextHopDomain -eq d1198.test | Suspend-Queue");
        assertEquals("1\n", command("(Get-Queue | Where-Object Status -eq Suspended).Count").out());
        done(few + " | Remove-Message -WithNDR:$false");
        assertEquals(MESSAGES - 4 + "\n", command("(Get-Message -ResultSize Unlimited).Count").out());
    }

    @Test
    void whatIsPutInOrderIsHeldSoItHasALimit() {
        Ran ordered = command("Get-Message -SortOrder Size -ResultSize Unlimited");
        assertEquals(2, ordered.exit());
        assertTrue(ordered.err().contains("-ResultSize is 1 to 100000 with it"), ordered.err());
        assertEquals(List.of(), shell.asked);
        for (String none : List.of("Get-Message", "Get-Queue", "Get-QueueDigest"))
            assertEquals(2, command(none + " -ResultSize 0").exit());
    }
}
