package org.sternpost.shell.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.control.view.DeliveryAlertView;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.run.Console;
import org.sternpost.shell.run.ShellSession;

/// What is told above the prompt, and when.
class AlertNoticesTest {

    private final SimTime time = new SimTime();
    private final List<DeliveryAlertView> alerts = new ArrayList<>(); // the latest first
    private final List<String> above = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private boolean gone;
    private AlertNotices notices;

    private final class Answering implements EngineClient {
        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException {
            if (gone) throw new IOException("the engine is gone");
            alerts.forEach(records);
            return false;
        }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) { throw new UnsupportedOperationException(); }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cancel() {}

        @Override
        public String engine() { return "relay.example"; }

        @Override
        public void close() {}
    }

    private final class Heard implements Console {
        @Override
        public void out(String line) { said.add(line); }

        @Override
        public void message(String line) { said.add(line); }

        @Override
        public int width() { return 80; }

        @Override
        public AnsiStyle style() { return new AnsiStyle(false); }

        @Override
        public boolean isInteractive() { return true; }

        @Override
        public char ask(String question) { return 'n'; }
    }

    @BeforeEach
    void open() {
        notices = new AlertNotices(new ShellSession(new ShellSession.Configuration(new AllCmdlets(), new Answering(),
                time, ZoneId.of("UTC"), new Heard(), OutputFormat.Text, true, false, Optional.empty(), Map.of(),
                _ -> {
                    throw new UnsupportedOperationException();
                })));
        notices.typing(Optional.of(above::add));
    }

    private void alert(int number, @Nullable Instant cleared, String why) {
        alerts.removeIf(one -> one.identity().equals("A-" + number));
        alerts.addFirst(new DeliveryAlertView("A-" + number, "ValidationStopped", cleared == null ? "Open" : "Over",
                "Default", "a.example", "", time.instant(), cleared, why, "", ""));
    }

    @Test
    void whatBeginsAndWhatIsOverIsALineEach() {
        notices.look();
        assertEquals(List.of(), above);
        alert(1, null, "it fails");
        notices.look();
        notices.look();
        assertEquals(List.of("! A-1 ValidationStopped: it fails"), above);
        alert(1, time.instant().plusSeconds(60), "it fails");
        notices.look();
        notices.look();
        assertEquals(List.of("! A-1 ValidationStopped: it fails", "! A-1 ValidationStopped is over: it fails"), above);
        assertEquals(List.of(), said);
    }

    @Test
    void whatWasOpenBeforeIsCounted() {
        alert(1, null, "it fails");
        alert(2, null, "it fails");
        notices.look();
        assertEquals(List.of("! 2 alerts are open: Get-DeliveryAlert"), above);
    }

    @Test
    void whileACommandRunsNothingIsShownAndThenAllOfIt() {
        notices.look();
        notices.typed();
        alert(1, null, "it fails");
        notices.look();
        assertEquals(List.of(List.of(), List.of()), List.of(above, said));
        notices.typing(Optional.of(above::add));
        assertEquals(List.of("! A-1 ValidationStopped: it fails"), said);
        notices.typed();
        notices.typing(Optional.of(above::add));
        assertEquals(1, said.size());
        assertEquals(List.of(), above);
    }

    @Test
    void anEngineThatIsGoneIsNoNoticeAndNothingIsLost() {
        notices.look();
        gone = true;
        alert(1, null, "it fails");
        notices.look();
        assertEquals(List.of(), above);
        gone = false;
        notices.look();
        assertEquals(1, above.size());
    }

    @Test
    void whatStrangersSayMovesNoCursorAndManyAreFew() {
        notices.look();
        alert(1, null, "550 \u001b[2J\r\n\u202e" + "x".repeat(5_000));
        notices.look();
        assertFalse(above.getFirst().chars().anyMatch(c -> c < ' ' || c == 0x202e), above.getFirst());
        assertTrue(above.getFirst().length() < 500);
        above.clear();
        for (int i = 2; i < 200; i++)
            alert(i, null, "it fails");
        notices.look();
        assertEquals(21, above.size());
        assertTrue(above.getLast().startsWith("! and 178 more: Get-DeliveryAlert -Since "), above.getLast());
    }
}
