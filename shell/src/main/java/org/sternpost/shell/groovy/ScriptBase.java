package org.sternpost.shell.groovy;

import groovy.lang.Closure;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import groovy.lang.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.run.ReconnectingClient;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.ShellSession;
import org.sternpost.shell.run.Console;

/// What a script file can say besides plain Groovy: every cmdlet as a method, and a few words of the shell.
public abstract class ScriptBase extends Script {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /// Lines for whoever runs the script, on the stream for messages.
    public record Log(Console console) {
        public void info(Object text) { console.message(VisibleText.ofLines(String.valueOf(text))); }

        public void warn(Object text) {
            console.message(console.style().warning("warning: " + VisibleText.ofLines(String.valueOf(text))));
        }
    }

    private @Nullable CmdletCalls calls;

    void bind(CmdletCalls given) { calls = given; }

    /// `getOutboundConnector(identity: 'x')`, `'Get-OutboundConnector'('x')`.
    @Override
    public @Nullable Object invokeMethod(String name, Object arguments) {
        Object[] values = arguments instanceof Object[] array ? array : new Object[]{arguments};
        if (calls().knows(name)) return calls().call(name, values);
        try {
            return super.invokeMethod(name, arguments);
        } catch (MissingMethodException missing) {
            if (!missing.getMethod().equals(name) || !getMetaClass().respondsTo(this, name).isEmpty()) throw missing;
            throw new CmdletException("COMMAND_UNKNOWN", "there is no cmdlet or method " + name + calls().nearest(name),
                    "",
                    ExitCode.FAILED);
        }
    }

    /// Words such as `Enabled` stand for themselves; the parameter's type says what they mean.
    @Override
    public @Nullable Object getProperty(String name) {
        String plain = name.startsWith("$") ? name.substring(1) : name;
        var variable = session().variable(plain);
        if (variable.isPresent()) return Row.seen(variable.get());
        try {
            return super.getProperty(name);
        } catch (MissingPropertyException missing) {
            if (calls().isWord(name)) return name;
            throw missing;
        }
    }

    public Log getLog() { return new Log(session().configuration().console()); }

    /// Ends the script with an error of its own.
    public void fail(Object why) { fail(why, ExitCode.FAILED); }

    /// The same, for whoever reads the exit code.
    public void fail(Object why, int exit) {
        throw new CmdletException("SCRIPT_FAILED", String.valueOf(why), "", exit);
    }

    /// Asks; without a terminal the script ends with exit code 7.
    public boolean confirm(Object question) {
        Console console = session().configuration().console();
        if (!console.isInteractive())
            throw new CmdletException("CONFIRM", "needs a confirmation and nobody is there to give it: " + question, "",
                    ExitCode.UNCONFIRMED);
        return Character.toLowerCase(console.ask(question + " [y/N] ")) == 'y';
    }

    /// Plans the changes inside and applies none.
    public @Nullable Object dryRun(Closure<?> body) {
        boolean was = session().dry(true);
        try {
            return body.call();
        } finally {
            session().dry(was);
        }
    }

    /// Waits.
    public void pause(Duration span) throws InterruptedException { session().configuration().time().sleep(span); }

    /// Waits until the closure says true, looking again every tenth of a second.
    ///
    /// @return false when the span has passed first
    public boolean waitUntil(Duration span, Closure<?> condition) throws InterruptedException {
        var time = session().configuration().time();
        var end = time.instant().plus(span);
        while (!DefaultTypeTransformation.castToBoolean(condition.call())) {
            if (!time.instant().isBefore(end)) return false;
            time.sleep(LOOK_AGAIN);
        }
        return true;
    }

    /// Shows records as the prompt would; a map is one too.
    public void show(Object records) { calls().show(records); }

    /// Starts a practice internet and an engine in it, and makes this the script's engine.
    public ScriptHost.Practice startLab() {
        try {
            return calls().labs().start();
        } catch (IOException broken) {
            throw new CmdletException("LAB", "the practice internet does not start: " + broken.getMessage(), "",
                    ExitCode.FAILED);
        }
    }

    /// Uses the engine of the settings, and runs it in this process until the script ends if nobody else does.
    public void startEngine() {
        try {
            calls().labs().startEngine();
        } catch (IOException broken) {
            throw new CmdletException("UNREACHABLE", String.valueOf(broken.getMessage()),
                    broken instanceof ReconnectingClient.EngineUnavailableException none ? none.hint() : "",
                    ExitCode.UNREACHABLE);
        }
    }

    @Override
    public void println(@Nullable Object value) {
        session().configuration().console().out(VisibleText.ofLines(String.valueOf(value)));
        session().configuration().console().flush();
    }

    @Override
    public void print(@Nullable Object value) { println(value); }

    @Override
    public void printf(String format, @Nullable Object value) {
        println(String.format(Locale.ROOT, format,
                value instanceof List<?> list ? list.toArray() : new Object[]{value}));
    }

    @Override
    public void printf(String format, @Nullable Object[] values) {
        println(String.format(Locale.ROOT, format, values));
    }

    @Override
    public String toString() { return "script" + Arrays.toString(new Object[0]); }

    private ShellSession session() { return calls().session(); }

    private CmdletCalls calls() {
        CmdletCalls bound = calls;
        if (bound == null) throw new IllegalStateException("a script without a session");
        return bound;
    }
}
