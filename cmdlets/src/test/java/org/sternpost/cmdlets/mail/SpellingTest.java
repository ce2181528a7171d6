package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.FixedEngine;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.QueueView;

/// A domain outside ASCII is the same domain however an operator writes it, and never the one that only looks like it.
class SpellingTest {

    private static final List<QueueView> QUEUES = List.of(queue("xn--strae-oqa.example"), queue("strasse.example"));

    private final Management engine = FixedEngine.management(new FixedEngine.Queues() {
        @Override
        public List<QueueView> all() { return QUEUES; }
    });

    private static QueueView queue(String domain) {
        return new QueueView("Default/" + domain, "Default", domain, "Retry", 1, 1, null, null, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Default/straße.example", "default/STRAẞE.example", "Default/xn--strae-oqa.example"})
    void aQueueIsFound(String identity) throws Exception {
        assertEquals(List.of(QUEUES.getFirst()), new GetQueue(identity).run(engine).toList());
    }

    @Test
    void aQueueThatIsNoneIsNotFound() {
        assertThrows(ManagementException.class, () -> new GetQueue("Default/straße.test").run(engine));
    }

    @Test
    void aTraceIsAskedForByTheNameThatItKeeps() {
        var trace = new GetMessageTrace(null, null, "@Straße.example", "u@STRAẞE.example", null, null, null, null, null,
                10);
        assertEquals("@xn--strae-oqa.example", trace.senderAddress());
        assertEquals("u@xn--strae-oqa.example", trace.recipientAddress());
    }
}
