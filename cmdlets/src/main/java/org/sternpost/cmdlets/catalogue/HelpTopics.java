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
            3    partly done: some records failed
            4    not permitted
            5    engine not reachable, or connection lost
            6    timeout
            7    confirmation needed and no terminal; nothing done
            8    a Test- or Wait- condition is false
            70   defect in the shell
            130  stopped by Ctrl-C
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
