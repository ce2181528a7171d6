package org.sternpost.shell.run;

import java.util.Optional;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.render.LookScreen;

/// Where the shell speaks: data on one stream, messages on the other, and someone to ask or nobody.
public interface Console {

    /// One line of data.
    void out(String line);

    /// One line for the operator.
    void message(String line);

    /// Cells of the terminal that shows the data; 0 when there is none.
    int width();

    AnsiStyle style();

    /// True if an operator can answer.
    boolean isInteractive();

    /// Asks for one of the letters; anything else, Ctrl-C included, is `n`.
    char ask(String question);

    /// One line that is not shown while it is typed; empty if nobody gives one, Ctrl-C included.
    default Optional<String> askHidden(String question) { return Optional.empty(); }

    /// Called after each statement's last line, so that what was printed is seen.
    default void flush() {}

    /// The whole of a terminal, to draw on; nothing where there is none, or one that prints line after line.
    ///
    /// @param resized told when it has another size
    default Optional<Window> window(Runnable resized) { return Optional.empty(); }

    /// What [#window] is, until it is closed.
    interface Window extends LookScreen.Window, AutoCloseable {
        @Override
        void close();
    }

    /// Empties the window of a terminal.
    default void clear() {}
}
