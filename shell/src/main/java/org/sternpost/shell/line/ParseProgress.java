package org.sternpost.shell.line;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.sternpost.shell.line.Script.Argument;

/// What a parse was doing when it stopped; [Cursor] turns it into a [CursorContext].
final class ParseProgress {
    /// What the text at hand would be.
    enum Expected {
        /// The name of a command.
        COMMAND,
        /// A parameter or a free value.
        ARGUMENT,
        /// An element of a value.
        VALUE,
        /// A name after `$`.
        VARIABLE,
        /// A name after `.`.
        PROPERTY,
        /// The inside of `{ }`.
        BLOCK,
        /// Something that cannot be completed.
        NOTHING
    }

    /// One pipeline under way; subpipelines nest.
    static final class Frame {
        final List<String> upstream = new ArrayList<>();
        final List<Argument> arguments = new ArrayList<>();
        List<Value> given = new ArrayList<>();
        String command = "";
        String pending = "";
    }

    private static final int AT_CURSOR = -1;

    private final Deque<Frame> frames = new ArrayDeque<>();
    private Expected doing = Expected.COMMAND;
    private int start = AT_CURSOR;
    private String owner = "";

    ParseProgress() { frames.push(new Frame()); }

    Frame frame() { return frames.element(); }

    Expected doing() { return doing; }

    /// Where the text at hand starts, given where the cursor is.
    int start(int cursor) { return start == AT_CURSOR ? cursor : start; }

    /// The text before the path, if a property is at hand.
    String owner() { return owner; }

    void enterPipeline() {
        frames.push(new Frame());
        doing = Expected.COMMAND;
    }

    void leavePipeline() { frames.pop(); }

    /// A pipe was read.
    void nextStage() {
        var frame = frame();
        frame.upstream.add(frame.command);
        frame.command = "";
        frame.arguments.clear();
        frame.pending = "";
        doing = Expected.COMMAND;
    }

    void commandIs(String name) {
        frame().command = name;
        doing = Expected.ARGUMENT;
    }

    void argumentIs(Argument argument) {
        var frame = frame();
        frame.arguments.add(argument);
        frame.pending = argument instanceof Argument.Parameter(var name, _, var value, _) && value.isEmpty()
                ? name
                : "";
        doing = Expected.ARGUMENT;
    }

    /// The value at hand belongs to this parameter: `-Name:`.
    void pending(String parameter) { frame().pending = parameter; }

    void at(Expected what, int from) {
        doing = what;
        start = from;
    }

    void property(String of, int from) {
        owner = of;
        at(Expected.PROPERTY, from);
    }

    /// Between tokens: a new one would start at the cursor.
    void rest() {
        start = AT_CURSOR;
        if (doing == Expected.PROPERTY || doing == Expected.VARIABLE || doing == Expected.BLOCK) {
            doing = frame().command.isEmpty() ? Expected.COMMAND : Expected.ARGUMENT;
        }
    }

    void nowhere() { at(Expected.NOTHING, AT_CURSOR); }
}
