package org.sternpost.shell.groovy;

import groovy.lang.Closure;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import groovy.transform.ThreadInterrupt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.customizers.ASTTransformationCustomizer;
import org.codehaus.groovy.control.customizers.ImportCustomizer;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.SourceText;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.line.Value;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException;
import org.sternpost.shell.run.Scripting;
import org.sternpost.shell.run.ShellSession;

/// Compiles and runs Groovy for one session. Blocks are kept by their text: each compiled one stays in memory anyway.
public final class GroovyScripting implements Scripting {

    private final ShellSession session;
    private final CmdletCalls calls;
    private final Optional<KeptScripts> kept;
    private final Map<String, Block> known = new HashMap<>();
    private @Nullable CompilerConfiguration compiler;
    private @Nullable GroovyShell shell;

    public GroovyScripting(ShellSession session, ScriptHost labs) {
        this(session, labs,
                KeptScripts.of(session.configuration().environment(), session.configuration().time()));
    }

    /// @param kept empty where scripts are compiled each time
    GroovyScripting(ShellSession session, ScriptHost labs, Optional<KeptScripts> kept) {
        this.session = session;
        this.calls = new CmdletCalls(session, labs);
        this.kept = kept;
        RelativeTimes.register(session.configuration().time());
    }

    /// Made when something must be compiled: a script that was kept does without.
    private synchronized CompilerConfiguration compiler() {
        if (compiler instanceof CompilerConfiguration made) return made;
        var made = new CompilerConfiguration();
        made.setScriptBaseClass(ScriptBase.class.getName());
        made.addCompilationCustomizers(new ASTTransformationCustomizer(ThreadInterrupt.class), imports(),
                new ArgumentCheck(calls), ScriptCheck.customizer(calls));
        compiler = made;
        return made;
    }

    @Override
    public synchronized Block block(Value.Block block, Optional<ViewType> records) throws BindException {
        Block made = known.get(block.text());
        if (made != null) return made;
        // The text stands where it was typed, so that Groovy's own columns are right.
        Object closure = value("{ it -> def $_ = it; def _ = it\n" + block.text() + "\n}", block.textSpan());
        if (!(closure instanceof Closure<?> code)) throw new IllegalStateException("no closure: " + block.text());
        made = new CmdletCalls.ClosureBlock(code);
        known.put(block.text(), made);
        return made;
    }

    @Override
    public synchronized Object evaluate(String text, Span span) throws BindException {
        Object value = CmdletCalls.plain(value(text, span));
        return value == null ? NullValue.NULL : value;
    }

    @Override
    public void file(Path file, List<String> arguments) throws StatementException {
        String name = file.getFileName().toString();
        try {
            String text = SourceText.read(file);
            Script script = prepared(script(text, name.replace('-', '_')));
            if (ScriptHelp.isAsked(script, arguments)) {
                ScriptHelp.of(text, script).forEach(session.configuration().console()::out);
                return;
            }
            ScriptParameters.set(script, arguments, session.conversion());
            script.run();
        } catch (IOException unreadable) {
            throw new StatementException("FILE", file + " cannot be read: " + unreadable.getMessage(), "",
                    ExitCode.NOT_UNDERSTOOD);
        } catch (StatementException failure) {
            throw failure;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError broken) {
            throw GroovyErrors.of(broken, name.replace('-', '_'));
        }
    }

    /// The script, compiled now or at an earlier run.
    private Script script(String text, String name) {
        if (kept.isEmpty()) return CompiledScript.of(text, name, compiler()).load();
        KeptScripts scripts = kept.get();
        String key = scripts.key(text, name, session.variableNames());
        Optional<CompiledScript> found = scripts.find(key);
        try {
            if (found.isPresent()) return found.get().load();
        } catch (LinkageError unfit) {
            // Whatever it was made for, it is compiled for this program now.
        }
        CompiledScript compiled = CompiledScript.of(text, name, compiler());
        scripts.keep(key, compiled);
        return compiled.load();
    }

    @Override
    public void warm() {
        try {
            value("{ it -> it }", new Span(0, 0));
        } catch (BindException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private @Nullable Object value(String text, Span span) throws BindException {
        try {
            return prepared(shell().parse(text)).run();
        } catch (CompilationFailedException unreadable) {
            throw new BindException(new SyntaxError("GROOVY_SYNTAX", GroovyErrors.compile(unreadable), span, ""));
        } catch (Exception | AssertionError broken) { // Groovy throws InterruptedException undeclared.
            var failure = GroovyErrors.of(broken, "");
            throw new BindException(new SyntaxError(failure.code(), failure.message(), span, failure.hint()));
        }
    }

    private synchronized GroovyShell shell() {
        if (shell instanceof GroovyShell made) return made;
        var made = new GroovyShell(GroovyScripting.class.getClassLoader(), compiler());
        shell = made;
        return made;
    }

    private Script prepared(Script script) {
        if (script instanceof ScriptBase base) base.bind(calls);
        return script;
    }

    private static ImportCustomizer imports() {
        var imports = new ImportCustomizer();
        imports.addImports("groovy.transform.Field", ScriptParam.class.getName(), CmdletException.class.getName());
        imports.addStarImports("java.time", "org.sternpost.engine.mail", "org.sternpost.engine.connector",
                "org.sternpost.cmdlets");
        return imports;
    }
}
