package org.sternpost.shell.groovy;

import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.SyntaxException;

/// Refuses a misspelt parameter of a cmdlet while the script is compiled, with its line and column.
final class ArgumentCheck extends CompilationCustomizer {

    private final CmdletCalls calls;

    ArgumentCheck(CmdletCalls calls) {
        super(CompilePhase.SEMANTIC_ANALYSIS);
        this.calls = calls;
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        new ClassCodeVisitorSupport() {
            @Override
            protected SourceUnit getSourceUnit() { return source; }

            @Override
            public void visitMethodCallExpression(MethodCallExpression call) {
                if (call.isImplicitThis() && call.getArguments() instanceof TupleExpression arguments)
                    arguments.getExpressions().forEach(argument -> {
                        if (argument instanceof MapExpression map) check(source, call.getMethodAsString(), map);
                    });
                super.visitMethodCallExpression(call);
            }
        }.visitClass(type);
    }

    private void check(SourceUnit source, String method, MapExpression named) {
        if (method == null) return;
        for (var entry : named.getMapEntryExpressions()) {
            if (!(entry.getKeyExpression() instanceof ConstantExpression key)) continue;
            calls.misspelt(method, key.getText()).ifPresent(wrong -> source.addError(new SyntaxException(
                    wrong.error().message() + (wrong.error().hint().isEmpty() ? "" : "; " + wrong.error().hint()),
                    key.getLineNumber(), key.getColumnNumber())));
        }
    }
}
