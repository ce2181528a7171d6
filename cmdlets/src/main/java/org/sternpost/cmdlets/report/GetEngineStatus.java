package org.sternpost.cmdlets.report;

import java.util.stream.Stream;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.EngineStatusView;

/// Shows how the engine fares.
@Name(verb = Verb.Get, noun = "EngineStatus", summary = "Shows the engine's state and counts.")
@Example(shows = "See that it runs, and how much waits", run = "Get-EngineStatus | Select-Object HostName, Status, "
        + "QueuedMessages", prints = """
        HostName         Status   QueuedMessages
        ---------------  -------  --------------
        mx1.example.com  Running  4
        """)
public record GetEngineStatus() implements Cmdlet.Query<EngineStatusView> {

    @Override
    public Stream<EngineStatusView> run(Management engine) throws ManagementException {
        return Stream.of(engine.engine().status());
    }
}
