package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.NewPassword;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.submission.NewSubmissionUser;
import org.sternpost.cmdlets.submission.SetSubmissionUser;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.render.Printer.OutputFormat;

/// A password comes from a file or from a question without echo, and leaves the shell as keys alone.
class PasswordQuestionTest {

    private static final String SECRET = "correct horse";

    @TempDir
    Path directory;
    private final Said console = new Said();
    private final List<Cmdlet> committed = new ArrayList<>();

    private final EngineClient engine = new EngineClient() {
        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) { return false; }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) {
            return new PlanView("New-SubmissionUser", "SubmissionUser shop", List.of(), "", List.of(), List.of());
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records) {
            committed.add(change);
            return plan(change);
        }

        @Override
        public void cancel() {}

        @Override
        public String engine() { return "mx1"; }

        @Override
        public void close() {}
    };

    private int run(String text) {
        return new ShellSession(new ShellSession.Configuration(new AllCmdlets(), engine, new SimTime(), ZoneOffset.UTC,
                console, OutputFormat.Text, true, false, Optional.empty(), Map.of(), _ -> {
                    throw new AssertionError("no Groovy is needed");
                })).run(text);
    }

    private void answers(String... typed) {
        console.interactive = true;
        console.hidden.addAll(List.of(typed));
    }

    private NewPassword given() {
        assertEquals(1, committed.size(), console.messages::toString);
        return switch (committed.getFirst()) {
            case NewSubmissionUser(_, var password, _, _) -> password;
            case SetSubmissionUser(_, var password, _, _) when password != null -> password;
            default -> throw new AssertionError(committed);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"New-SubmissionUser shop", "New-SubmissionUser shop -PasswordFile -",
            "Set-SubmissionUser shop -PasswordFile -", "Set-SubmissionUser shop -PasswordFile '-' -Comment x"})
    void thePersonIsAskedTwice(String text) {
        answers(SECRET, SECRET);
        assertEquals(0, run(text), console.messages::toString);
        assertInstanceOf(NewPassword.Keys.class, given());
        assertEquals(List.of("Password: ", "Once more: "), console.messages.subList(0, 2));
        assertTrue(!(console.messages + "" + console.data + committed).contains(SECRET));
    }

    @Test
    void whatDiffersIsTooShortOrIsNotGivenDoesNothing() {
        answers(SECRET, "other horse");
        assertEquals(1, run("New-SubmissionUser shop"));
        answers("short", "short");
        assertEquals(1, run("New-SubmissionUser shop"));
        console.hidden.clear();
        assertEquals(1, run("New-SubmissionUser shop"));
        console.interactive = false;
        assertEquals(1, run("New-SubmissionUser shop"));
        assertEquals(List.of(), committed);
        assertTrue(console.messages.toString().contains("differ")
                && console.messages.toString().contains("needs 8 at least")
                && console.messages.toString().contains("-PasswordFile names a file"), console.messages::toString);
    }

    @Test
    void aFileHoldsOneLine() throws Exception {
        for (String ends : List.of("", "\n", "\r\n")) {
            committed.clear();
            Path file = Files.writeString(directory.resolve("one"), SECRET + ends);
            assertEquals(0, run("Set-SubmissionUser shop -PasswordFile '" + file + "'"), console.messages::toString);
            assertInstanceOf(NewPassword.Keys.class, given());
        }
        committed.clear();
        Path several = Files.writeString(directory.resolve("several"), SECRET + "\n" + SECRET + "\n");
        Path large = Files.writeString(directory.resolve("large"), "x".repeat(5_000));
        Path binary = Files.write(directory.resolve("binary"), new byte[]{(byte) 0xff, (byte) 0xfe, 1, 2, 3, 4, 5, 6});
        for (Path file : List.of(several, large, binary, directory.resolve("missing"), directory))
            assertTrue(run("New-SubmissionUser shop -PasswordFile '" + file + "'") != 0, file.toString());
        assertEquals(List.of(), committed);
        assertTrue(!console.messages.toString().contains(SECRET), console.messages::toString);
    }

    @Test
    void noPasswordIsAskedForWhereNoneIsGiven() {
        assertEquals(0, run("Set-SubmissionUser shop -Enabled $false"), console.messages::toString);
        assertEquals(1, committed.size());
    }
}
