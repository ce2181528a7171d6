package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.Ports;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.QueueWatchQuery;
import org.sternpost.engine.control.view.EngineStatusView;

/// What a watch asks of the engine.
class WatchQueueTest {

    /// Its counts of a day are a question to the tables, and no look shows them.
    private record Troubled() implements Management.EnginePort {
        @Override
        public EngineStatusView status() { throw new AssertionError("all of it"); }

        @Override
        public String trouble() { return "no disk"; }
    }

    @Test
    void aLookAsksTheEngineForItsTroubleAlone() throws ManagementException {
        var told = new ArrayList<String>();
        Object queues = Proxy.newProxyInstance(Management.QueuePort.class.getClassLoader(),
                new Class<?>[]{Management.QueuePort.class}, (_, _, arguments) -> {
                    told.add(((QueueWatchQuery.Trouble) arguments[1]).now());
                    return Stream.empty();
                });
        var watch = Plain.of(WatchQueue.class, "interval", Duration.ofSeconds(2), "count", 1);
        assertEquals(0, watch.run(Ports.of(queues, new Troubled())).count());
        assertEquals(List.of("no disk"), told);
    }
}
