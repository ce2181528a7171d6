package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A whole engine tells who follows its trace what becomes of mail: from its acceptance to its end.
class FollowLabTest {

    @TempDir
    Path directory;

    @Test
    void mailIsFollowedFromItsAcceptanceToItsEnd() throws Exception {
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                var engine = LabEngine.on(lab, directory.resolve("engine"));
                var told = engine.management().traces()
                        .follow(TraceQuery.newest(Integer.MAX_VALUE).withRecipient("@dane-ok.test"))) {
            engine.send("user-unknown.test", Map.of(), false);
            engine.send("dane-ok.test", Map.of(), false);
            var rows = new ArrayList<MessageTraceView>();
            var each = told.iterator();
            for (int i = 0; i < 2; i++)
                rows.add(assertTimeoutPreemptively(Patience.AMPLE, each::next));
            assertEquals(List.of("RECEIVE Pending", "SEND Delivered"),
                    rows.stream().map(row -> row.lastEvent() + " " + row.status()).toList());
            assertTrue(rows.getLast().host().endsWith("dane-ok.test"), rows.getLast().toString());
            String id = rows.getFirst().messageTraceId();
            // Named, it is told as it is, and that is the end.
            try (var named = engine.management().traces().follow(TraceQuery.newest(1).withId(id))) {
                assertEquals(List.of("SEND"), assertTimeoutPreemptively(Patience.AMPLE,
                        () -> named.map(MessageTraceView::lastEvent).toList()));
            }
            var pasted = TraceQuery.newest(9).withId("<" + id + ">");
            assertEquals(1, engine.management().traces().search(pasted).count());
            try (var named = engine.management().traces().follow(pasted)) {
                assertEquals(List.of("SEND"), assertTimeoutPreemptively(Patience.AMPLE,
                        () -> named.map(MessageTraceView::lastEvent).toList()));
            }
            var other = TraceQuery.newest(9).withId("<1@example.org>");
            for (Executable ask : List.<Executable>of(() -> engine.management().traces().search(other),
                    () -> engine.management().traces().follow(other)))
                assertEquals(ManagementException.Kind.Invalid,
                        assertThrows(ManagementException.class, ask).kind());
            var life = engine.management().traces().events(id).stream().map(MessageTraceDetailView::event).toList();
            assertEquals("RECEIVE", life.getFirst());
            assertTrue(life.containsAll(List.of("SEND", "EVIDENCE")), life.toString());
        }
    }
}
