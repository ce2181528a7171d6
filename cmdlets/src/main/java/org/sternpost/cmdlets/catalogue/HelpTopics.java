package org.sternpost.cmdlets.catalogue;

import java.util.List;
import org.sternpost.cmdlets.Descriptor;

/// Help that belongs to no single cmdlet.
final class HelpTopics {

    private static final String EXIT = """
        ABOUT EXIT CODES
            0    done
            1    a statement failed
            2    not understood; nothing was run
            3    partly done: some records failed; or Java ran out of memory
            5    no engine was reached, or the connection to it was lost
            6    the time of -Timeout was over, or a search ended before it found anything
            7    a confirmation was needed and not given; nothing was done
            8    what a Test- command tests is not so
            9    the rollout that Wait-TlsRollout waited for has ended in its old mode
            70   a defect of the shell; it names the file to send to its authors
            71   the process could not go on; it says which part of it failed
            130  stopped by Ctrl-C
            141  nobody reads the output any more
            143  stopped by SIGTERM
        """;

    private HelpTopics() {}

    static boolean has(String name) { return name.equalsIgnoreCase("about_exit"); }

    static List<String> lines(String topic) { return EXIT.lines().toList(); }

    /// Names and summaries in two columns.
    static List<String> contents(List<Descriptor> cmdlets) {
        int width = cmdlets.stream().mapToInt(cmdlet -> cmdlet.name().length()).max().orElse(0);
        return cmdlets.stream()
                .map(cmdlet -> cmdlet.name() + " ".repeat(width - cmdlet.name().length() + 2) + cmdlet.summary())
                .toList();
    }
}
