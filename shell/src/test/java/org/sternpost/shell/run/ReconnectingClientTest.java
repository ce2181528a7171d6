package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.transport.RemoveOutboundConnector;
import org.sternpost.cmdlets.report.GetEngineStatus;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.shell.run.ReconnectingClient.EngineUnavailableException;

/// An engine that goes away while it is asked: what repeats nothing is asked of the one that comes after it.
class ReconnectingClientTest {

    private static final Cmdlet.Change<?> REMOVE = new RemoveOutboundConnector("gov");
    private static final PlanView PLAN = new PlanView("Remove-OutboundConnector", "gov", List.of(), "", List.of(),
            List.of());

    private final List<String> asked = new ArrayList<>();

    private record Told(String by) {}

    /// Hands out some records; then it answers, or it is gone.
    private class Engine implements EngineClient {

        private final String name;
        private final int told;
        private final boolean stays;
        private boolean gone;

        Engine(String name, int told, boolean stays) {
            this.name = name;
            this.told = told;
            this.stays = stays;
        }

        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException {
            asked.add("query " + name);
            for (int i = 0; i < told; i++)
                records.accept(new Told(name));
            end();
            return false;
        }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) throws IOException {
            asked.add("plan " + name);
            end();
            return PLAN;
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
                throws IOException {
            asked.add("commit " + name);
            end();
            return PLAN;
        }

        private void end() throws IOException {
            if (stays) return;
            gone = true;
            throw new IOException("the connection to the engine was lost");
        }

        @Override
        public boolean lost() { return gone; }

        @Override
        public List<String> otherUsers() { return List.of("alice"); }

        @Override
        public void cancel() {}

        @Override
        public String engine() { return name; }

        @Override
        public void close() { asked.add("close " + name); }
    }

    /// @param told records that the first engine hands out before it is gone
    private ReconnectingClient client(int told) {
        return new ReconnectingClient(
                again -> again ? new Engine("second", 1, true) : new Engine("first", told, false));
    }

    @Test
    void aQueryThatHasShownNothingIsAskedAgain() throws Exception {
        var seen = new ArrayList<Record>();
        client(0).query(new GetEngineStatus(), seen::add);
        assertEquals(List.of("query first", "close first", "query second"), asked);
        assertEquals(List.of(new Told("second")), seen);
    }

    @Test
    void aQueryOfWhichSomethingWasSeenIsNot() {
        assertThrows(IOException.class, () -> client(1).query(new GetEngineStatus(), _ -> {}));
        assertEquals(List.of("query first"), asked);
    }

    @Test
    void aPlanIsMadeAgainAndAChangeNever() throws Exception {
        assertEquals(PLAN, client(0).plan(REMOVE));
        assertEquals(List.of("plan first", "close first", "plan second"), asked);
        asked.clear();
        var client = client(0);
        assertThrows(IOException.class, () -> client.commit(REMOVE, "1", _ -> {}));
        assertEquals(List.of("commit first"), asked);
        client.commit(REMOVE, "2", _ -> {});
        assertEquals(List.of("commit first", "close first", "commit second"), asked);
    }

    @Test
    void whoElseNeedsTheEngineIsKnownOnceThereIsOne() throws Exception {
        var client = client(0);
        assertEquals(List.of(), client.otherUsers());
        client.connected();
        assertEquals(List.of("alice"), client.otherUsers());
    }

    @Test
    void beforeThereIsAnEngineNothingIsOpenAndNothingBreaks() throws Exception {
        var client = client(0);
        client.cancel();
        client.close();
        assertEquals(List.of("sternpost", false, false), List.of(client.engine(), client.isOpen(), client.lost()));
        client.connected();
        assertEquals(List.of("first", true, false), List.of(client.engine(), client.isOpen(), client.lost()));
        assertThrows(IOException.class, () -> client.commit(REMOVE, "1", _ -> {}));
        assertEquals(List.of("first", false, true), List.of(client.engine(), client.isOpen(), client.lost()));
    }

    @Test
    void whoIsSwitchedToIsAskedAndGivesWayAgain() throws Exception {
        var client = client(0);
        var own = client.connected();
        var practice = new Engine("practice", 1, true);
        assertEquals(own, client.switchTo(practice));
        client.query(new GetEngineStatus(), _ -> {});
        assertEquals(practice, client.switchTo(null));
        assertEquals(List.of("query practice"), asked, "none is closed by it");
        client.connected();
        client.close();
        assertEquals(List.of("query practice", "close first"), asked);
        assertEquals(false, client.isOpen());
    }

    /// An engine that breaks while it lives is not another one; and one that cannot be found leaves the words why.
    @Test
    void onlyAnEngineThatIsGoneIsReplaced() {
        var alive = new ReconnectingClient(_ -> new Engine("first", 0, false) {
            @Override
            public boolean lost() { return false; }
        });
        assertThrows(IOException.class, () -> alive.query(new GetEngineStatus(), _ -> {}));
        assertThrows(IOException.class, () -> alive.plan(REMOVE));
        assertEquals(List.of("query first", "plan first"), asked);
        var none = new ReconnectingClient(_ -> {
            throw new EngineUnavailableException("none runs", "start one");
        });
        assertEquals("start one", assertThrows(EngineUnavailableException.class, none::connected).hint());
        assertEquals(false, none.isOpen());
    }
}
