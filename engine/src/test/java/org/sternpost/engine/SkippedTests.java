package org.sternpost.engine;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/// Says of each test that is skipped why, in a build that is otherwise quiet too: nobody shall take for tested what was
/// not.
///
/// JUnit finds it by itself (`META-INF/services`), in each module that has the tests of this one on its path.
public final class SkippedTests implements TestExecutionListener {

    private final PrintStream out;

    /// For JUnit.
    public SkippedTests() { this(System.out); }

    SkippedTests(PrintStream out) { this.out = out; }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) { say(test, reason); }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED)
            say(test, result.getThrowable().map(Throwable::getMessage).orElse(null));
    }

    private void say(TestIdentifier test, @org.jspecify.annotations.Nullable String reason) {
        out.println(test.getSource().map(SkippedTests::name).orElse(test.getDisplayName()) + ": skipped: "
                + String.valueOf(reason).replaceFirst("^Assumption failed: ", ""));
    }

    private static String name(TestSource source) {
        return switch (source) {
            case MethodSource method -> simple(method.getClassName()) + "." + method.getMethodName();
            case ClassSource type -> simple(type.getClassName());
            default -> source.toString();
        };
    }

    private static String simple(String type) { return type.substring(type.lastIndexOf('.') + 1); }
}
