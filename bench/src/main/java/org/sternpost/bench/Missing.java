package org.sternpost.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was accepted and did not arrive: whether it waits or is lost, and what the server itself says of it. What came
/// when nobody waited for it any more is told, and is neither.
///
/// Only what the server says is in its queue counts as waiting; what it calls delivered, or does not know, is lost.
///
/// @param lines for a person: of each phase that stalled, how many came late, how many are missing, and how many for
///              which reason
record Missing(int waiting, int lost, List<String> lines) {

    private static final int LINES_A_PHASE = 8;

    /// @param inTime how much of it had arrived when nobody waited any more
    record Round(String name, Tally tally, int inTime) {}

    /// Asks a server that has had time enough.
    static Missing of(List<Round> rounds, Gateway.Running running) throws IOException, InterruptedException {
        int waiting = 0;
        int lost = 0;
        var lines = new ArrayList<String>();
        for (Round round : rounds) {
            String stalled = "the " + round.name() + " phase stalled: ";
            int late = round.tally().arrived() - round.inTime();
            if (late > 0) lines.add(stalled + late + " of " + round.tally().messages() + " came late");
            var missing = round.tally().missing();
            if (missing.isEmpty()) continue;
            Map<String, Gateway.Fate> fates = running.fates(missing);
            var reasons = new LinkedHashMap<String, Integer>();
            for (String id : missing) {
                var fate = fates.get(id);
                if (fate != null && fate.waiting()) waiting++;
                else
                    lost++;
                reasons.merge(fate == null
                        ? "LOST, the server knows nothing of it"
                        : (fate.waiting() ? "waiting: " : "LOST, says the server: ") + fate.why(), 1, Integer::sum);
            }
            lines.add(stalled + missing.size() + " of " + round.tally().messages() + " are missing, "
                    + missing.iterator().next() + " for one");
            reasons.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                    .limit(LINES_A_PHASE).forEach(reason -> lines.add(reason.getValue() + " " + reason.getKey()));
            if (reasons.size() > LINES_A_PHASE)
                lines.add("and " + (reasons.size() - LINES_A_PHASE) + " reasons more");
        }
        return new Missing(waiting, lost, List.copyOf(lines));
    }
}
