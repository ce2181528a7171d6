package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.control.MessageAct;
import org.sternpost.engine.control.MessageQuery;
import org.sternpost.engine.control.QueueQuery;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.filter.RandomConditions;

/// `Where-Object` behind a list: the engine looks for what it takes, and takes the same as ever.
class PushedConditionTest {

    private static final int MESSAGES = 1_200; // more than are shown unless more are asked for
    private static final int LAST = 3;
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_129);
    private static final int CONDITIONS = Integer.getInteger("sternpost.conditions", 60);
    private static final String SUSPENDED = "Where-Object Status -eq Suspended | Select-Object -ExpandProperty Subject";

    @TempDir
    static Path directory;

    private static final Random RANDOM = new Random(SEED);
    private static QueueInShell shell;

    @BeforeAll
    static void open() throws Exception {
        shell = new QueueInShell(directory, PushedConditionTest::fill);
        String last = "DateReceived -gt '" + shell.time.instant().minusSeconds(LAST) + "'";
        shell.management().queues().change(new MessageAct.Suspend(), null, last).commit().apply("ops");
    }

    @AfterAll
    static void close() throws Exception { shell.close(); }

    private static void fill(SqliteDatabase store, SimTime time) throws IOException {
        var queue = Queue.recover(store, time);
        var door = Doors.of(queue, Duration.ofDays(2), time);
        for (int i = 0; i < MESSAGES; i++) {
            time.advance(Duration.ofSeconds(1));
            String subject = i % 10 == 0 ? RandomConditions.text(RANDOM) : "Invoice " + i;
            door.put("192.0.2." + i % 3, new Envelope(new ReversePath.Mailbox(Address.of(i % 4 == 0
                    ? "shop@example.com"
                    : "me@acme.net")), List.of(Recipient.of(Address.of("u" + i + "@d" + i % 20 + ".example"))),
                    MailParameters.NONE),
                    ("Message-ID: <" + i + "@example.org>\r\nSubject: =?utf-8?B?" + Base64
                            .getEncoder().encodeToString(subject.getBytes(StandardCharsets.UTF_8))
                            + "?=\r\n\r\n" + "x".repeat(i % 5 * 400) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        queue.close();
    }

    private Ran command(String text) { return shell.run("-Command", text); }

    private @Nullable String filter() {
        return switch (shell.asked.getLast()) {
            case MessageQuery query -> query.filter();
            case QueueQuery query -> query.filter();
            default -> throw new AssertionError(shell.asked);
        };
    }

    private List<String> lastSubjects() {
        var all = command("Get-Message -ResultSize Unlimited | Select-Object -ExpandProperty Subject").out().lines()
                .toList();
        return all.subList(all.size() - LAST, all.size());
    }

    /// Among the first thousand there is none of them.
    @Test
    void whatIsRareIsFoundInALongList() {
        Ran all = command("Get-Message | " + SUSPENDED);
        assertEquals("", all.err());
        assertEquals(lastSubjects(), all.out().lines().toList());
        assertEquals(all, command("Get-Message | Where-Object { $_.Status -eq 'Suspended' } | "
                + "Select-Object -ExpandProperty Subject"));
        Ran first = command("Get-Message -ResultSize 1000 | " + SUSPENDED);
        assertEquals("", first.out(), "a number that was said is a number of messages before the condition");
        assertTrue(first.err().contains("these are the first 1000 records"), first.err());
    }

    @Test
    void aVariableIsWhatWasPutIntoIt() {
        assertEquals("3\n", command("$s = 'suspended'; (Get-Message | ? Status -eq $s).Count").out());
        assertEquals("3\n", command("$s = 'susp*'; (Get-Message | ? Status -like $s).Count").out());
        assertEquals("3\n", command("$s = 'Retry', 'Suspended'; (Get-Message | ? Status -in $s).Count").out());
        assertEquals("1\n", command("$m = Get-Message | Select-Object -First 1; (Get-Message | ? Identity -eq "
                + "$m.Identity).Count").out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Get-Queue ¦ ? MessageCount -gt 1                              | MessageCount -gt 1
            Get-Queue -Filter {Status -eq Ready} ¦ ? MessageCount -gt 1   | (Status -eq Ready) -and MessageCount -gt 1
            Get-Message ¦ ? Status -eq Retry ¦ ? SizeBytes -gt 1KB        | (Status -eq 'Retry' -and Size -gt 1024)
            Get-Message -ResultSize Unlimited ¦ ? Status -eq Retry        | Status -eq 'Retry'
            Get-Message -ResultSize 5000 ¦ ? Status -eq Retry             |
            Get-Message -OutVariable all ¦ ? Status -eq Retry             |
            Get-Message ¦ Sort-Object Subject ¦ ? Status -eq Retry        |
            Get-Message ¦ Select-Object -First 5 ¦ ? Status -eq Retry     |
            Get-Message ¦ Select-Object Status ¦ ? Status -eq Retry       |
            $s = 'Retry'; Get-Message ¦ ? Status -eq $s                   | Status -eq 'Retry'
            $s = 'Retry'; Get-Message ¦ ? Status -eq $s ¦ % { "$_" }       |
            Get-Message ¦ ? { $_.Status -eq 'Retry' } -OutVariable r ¦ ? LastError | Status -eq 'Retry'
            Get-Message ¦ ? { it.status == 'Retry' }                      |
            """)
    void theEngineIsAskedWhereItIsTheSame(String command, String filter) {
        shell.asked.clear();
        Ran ran = command(command.replace('¦', '|') + " | Measure-Object");
        assertEquals(1, shell.asked.size(), ran.err());
        assertEquals(filter, filter(), ran.err());
    }

    @Test
    void aConditionTooLongForTheEngineStaysInTheShell() {
        String many = "Status -in Retry" + ", Suspended".repeat(300);
        assertEquals(String.join("\n", lastSubjects()) + "\n", command("Get-Message -ResultSize Unlimited | "
                + "Where-Object " + many + " | Select-Object -ExpandProperty Subject").out());
        assertNull(filter());
    }

    @Test
    void theEngineHandsOnNoMoreThanItMust() {
        shell.handedOn = 0;
        command("Get-Message | Where-Object Status -eq Suspended | Measure-Object");
        assertEquals(LAST, shell.handedOn);
        shell.handedOn = 0;
        assertEquals("2\n", command("(Get-Message | Where-Object FromAddress -eq me@acme.net | Select-Object -First 2)"
                + ".Count").out());
        assertTrue(shell.handedOn < MESSAGES / 2, shell.handedOn + " for two");
    }

    /// With and without: the same rows, and the same complaints.
    @Test
    void aRandomConditionTakesTheSameRows() {
        var asked = new ArrayList<String>();
        var messages = RandomConditions.onMessages(RANDOM);
        var queues = RandomConditions.onQueues(RANDOM);
        for (int i = 0; i < CONDITIONS; i++) {
            boolean queue = i % 3 == 0;
            String condition = (queue ? queues : messages).next().replace("many", "1");
            String stages = " | Where-Object { " + condition + " } | Select-Object -ExpandProperty Identity";
            String list = queue ? "Get-Queue" : "Get-Message";
            Ran pushed = command(list + " -ResultSize Unlimited" + stages);
            String filter = filter();
            if (filter != null) asked.add(filter);
            Ran plain = command(list + " -ResultSize 1000000" + stages);
            assertNull(filter());
            assertEquals(plain, pushed, condition + " asked as " + filter + ", seed " + SEED);
        }
        assertFalse(asked.size() < CONDITIONS / 3, asked.toString());
    }
}
