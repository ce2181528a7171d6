package org.sternpost.shell.groovy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.SpreadExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.SyntaxException;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.shell.bind.BindException;

/// Refuses a call of a cmdlet that cannot be bound while the script is compiled, with its line and column: a misspelt
/// parameter, a missing one, a value in the text that is none.
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
                if (call.isImplicitThis() && call.getMethodAsString() != null
                        && call.getArguments() instanceof TupleExpression arguments)
                    calls.descriptor(call.getMethodAsString())
                            .ifPresent(cmdlet -> check(source, call, cmdlet, arguments.getExpressions()));
                super.visitMethodCallExpression(call);
            }
        }.visitClass(type);
    }

    private void check(SourceUnit source, MethodCallExpression call, Descriptor cmdlet, List<Expression> arguments) {
        var named = new LinkedHashMap<String, Optional<Object>>();
        var positional = new ArrayList<Optional<Object>>();
        for (Expression argument : arguments) {
            if (argument instanceof MapExpression map) {
                for (var entry : map.getMapEntryExpressions())
                    if (entry.getKeyExpression() instanceof ConstantExpression key) {
                        calls.misspelt(cmdlet, key.getText()).ifPresent(wrong -> refuse(source, wrong, key));
                        named.put(key.getText(), said(entry.getValueExpression()));
                    }
            } else if (!(argument instanceof ClosureExpression)) positional.add(said(argument));
        }
        // A variable in front may be a table of parameters; what `*list` brings is not known either.
        if (!arguments.isEmpty() && (arguments.getFirst() instanceof VariableExpression
                || arguments.stream().anyMatch(SpreadExpression.class::isInstance)))
            return;
        if (named.keySet().stream().allMatch(name -> calls.misspelt(cmdlet, name).isEmpty()))
            calls.refused(cmdlet, named, positional).ifPresent(wrong -> refuse(source, wrong, call));
    }

    /// A value that stands in the text.
    private static Optional<Object> said(Expression value) {
        return switch (value) {
            case ConstantExpression constant -> Optional.ofNullable(constant.getValue());
            case ListExpression list when list.getClass() == ListExpression.class -> {
                var elements = list.getExpressions().stream().map(ArgumentCheck::said).toList();
                yield elements.stream().allMatch(Optional::isPresent)
                        ? Optional.of(elements.stream().map(Optional::get).toList())
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static void refuse(SourceUnit source, BindException wrong, ASTNode at) {
        source.addError(new SyntaxException(
                wrong.error().message() + (wrong.error().hint().isEmpty() ? "" : "; " + wrong.error().hint()),
                at.getLineNumber(), at.getColumnNumber()));
    }
}
