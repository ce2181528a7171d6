package org.sternpost.shell.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.sternpost.shell.render.AnsiStyle;

/// A console that remembers what it was told, and answers as it is set.
public final class Said implements Console {

    public final List<String> data = new ArrayList<>();
    public final List<String> messages = new ArrayList<>();
    public boolean interactive;
    public char answer = 'n';
    public final Deque<String> hidden = new ArrayDeque<>();

    @Override
    public void out(String line) { data.add(line); }

    @Override
    public void message(String line) { messages.add(line); }

    @Override
    public int width() { return 0; }

    @Override
    public AnsiStyle style() { return new AnsiStyle(false); }

    @Override
    public boolean isInteractive() { return interactive; }

    @Override
    public char ask(String question) {
        messages.add(question);
        return answer;
    }

    @Override
    public Optional<String> askHidden(String question) {
        messages.add(question);
        return Optional.ofNullable(hidden.poll());
    }
}
