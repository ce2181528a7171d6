package org.sternpost.shell.groovy;

import groovy.transform.CompilationUnitAware;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCall;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.transform.stc.AbstractTypeCheckingExtension;
import org.codehaus.groovy.transform.stc.StaticTypeCheckingSupport;
import org.codehaus.groovy.transform.stc.StaticTypeCheckingVisitor;
import org.jspecify.annotations.Nullable;

/// Refuses, before a script's first effect, what cannot work whatever the records are.
///
/// Groovy's type checker follows the types; this class decides what of its doubts counts. A cmdlet, variable, method or
/// property is refused when what it is asked of is known for sure: the script, a record of a cmdlet, a final class, a
/// list. Where the type may be more at run time than it is in the text (`def` parameters, maps, interfaces, a
/// common supertype) the script stays as dynamic as Groovy is; `@TypeChecked(TypeCheckingMode.SKIP)` frees a method.
final class ScriptCheck extends StaticTypeCheckingVisitor {

    private final CmdletCalls calls;
    private final KnownTypes types;
    private final Set<String> assigned = new HashSet<>();

    static CompilationCustomizer customizer(CmdletCalls calls) { return new Customizer(calls); }

    private static final class Customizer extends CompilationCustomizer implements CompilationUnitAware {
        private final CmdletCalls calls;
        private @Nullable CompilationUnit unit;

        Customizer(CmdletCalls calls) {
            super(CompilePhase.INSTRUCTION_SELECTION);
            this.calls = calls;
        }

        @Override
        public void setCompilationUnit(CompilationUnit given) { unit = given; }

        @Override
        public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
            if (type.getOuterClass() != null) return; // seen with the class around it
            var check = new ScriptCheck(source, type, calls);
            check.setCompilationUnit(unit);
            check.initialize();
            check.visitClass(type);
            check.performSecondPass();
        }
    }

    private ScriptCheck(SourceUnit source, ClassNode type, CmdletCalls calls) {
        super(source, type);
        this.calls = calls;
        this.types = new KnownTypes(calls);
        addTypeCheckingExtension(new Doubts());
        new ClassCodeVisitorSupport() {
            @Override
            protected SourceUnit getSourceUnit() { return source; }

            @Override
            public void visitBinaryExpression(BinaryExpression expression) {
                if (expression.getOperation().getText().equals("=")
                        && expression.getLeftExpression() instanceof VariableExpression variable)
                    assigned.add(variable.getName());
                super.visitBinaryExpression(expression);
            }
        }.visitClass(type);
    }

    /// What the checker says beyond the questions below is strictness that dynamic scripts need not obey.
    @Override
    protected void addStaticTypeError(String message, ASTNode at) {}

    @Override
    protected void addNoMatchingMethodError(ClassNode receiver, String name, ClassNode[] arguments, ASTNode at) {
        if (at.getLineNumber() < 1) return; // the compiler wrote it, as what makes the constants of an enum
        List<MethodNode> named = methods(receiver, name);
        boolean may = named.stream().anyMatch(m -> fits(m.getParameters(), arguments));
        boolean ofScript = isOfScript(receiver, at);
        // A variable may hold a closure, and what a value is at run time may have more than its type.
        if (may || (ofScript ? assigned.contains(name) : !types.isSure(receiver))) return;
        if (!ofScript)
            addError(KnownTypes.name(receiver) + " has no method " + name
                    + (named.isEmpty() ? "" : " that takes " + list(arguments)), at);
        else if (named.isEmpty()) addError("there is no cmdlet or method " + name + calls.nearest(name), at);
        else
            addError(name + " takes " + takes(named) + ", not " + list(arguments), at);
    }

    /// @param visitor is told the property's type where the checker looks for that of a list's elements
    @Override
    protected boolean existsProperty(PropertyExpression property, boolean read,
            @Nullable ClassCodeVisitorSupport visitor) {
        boolean exists = super.existsProperty(property, read, visitor); // visits the object, so that its type is known
        ClassNode of = getType(property.getObjectExpression());
        String name = property.getPropertyAsString();
        if (types.row(of).isEmpty() || name == null || name.equals("class")) return exists || clock(of, property);
        Optional<ClassNode> type = types.property(of, name);
        if (type.isEmpty()) addError(types.noProperty(of, name), property.getProperty());
        storeType(property, type.orElse(ClassHelper.OBJECT_TYPE));
        if (visitor != null)
            visitor.visitField(new FieldNode(name, Modifier.PUBLIC, type.orElse(ClassHelper.OBJECT_TYPE), of, null));
        return true;
    }

    /// `7.days.ago` is no method that the checker can see, since it needs the session's clock.
    private boolean clock(ClassNode of, PropertyExpression property) {
        if (!of.getName().equals("java.time.Duration")
                || !RelativeTimes.PROPERTIES.containsKey(property.getPropertyAsString()))
            return false;
        storeType(property, ClassHelper.make(java.time.Instant.class));
        return true;
    }

    private static boolean isOfScript(ClassNode receiver, ASTNode at) {
        return at instanceof MethodCallExpression call && call.isImplicitThis()
                || receiver.isDerivedFrom(ClassHelper.make(ScriptBase.class));
    }

    /// True if the call may succeed: as many arguments, and none that surely is of another type.
    private boolean fits(Parameter[] parameters, ClassNode[] arguments) {
        boolean open = parameters.length > 0 && parameters[parameters.length - 1].getType().isArray();
        if (open) return arguments.length >= parameters.length - 1;
        if (parameters.length != arguments.length) return false;
        for (int i = 0; i < arguments.length; i++)
            if (types.isSure(arguments[i]) && !passes(arguments[i], parameters[i].getType())) return false;
        return true;
    }

    private static boolean passes(ClassNode argument, ClassNode parameter) {
        return StaticTypeCheckingSupport.isAssignableTo(argument, parameter)
                || argument.equals(ClassHelper.GSTRING_TYPE) && parameter.equals(ClassHelper.STRING_TYPE);
    }

    private List<MethodNode> methods(ClassNode receiver, String name) {
        ClassNode boxed = ClassHelper.getWrapper(receiver);
        return Stream.concat(boxed.getMethods(name).stream(), StaticTypeCheckingSupport
                .findDGMMethodsForClassNode(getSourceUnit().getClassLoader(), boxed, name).stream()).toList();
    }

    private static String takes(List<MethodNode> named) {
        return named.stream()
                .map(m -> list(Arrays.stream(m.getParameters()).map(Parameter::getType).toArray(ClassNode[]::new)))
                .distinct().collect(Collectors.joining(" or "));
    }

    private static String list(ClassNode[] types) {
        return Arrays.stream(types).map(KnownTypes::name).collect(Collectors.joining(", ", "(", ")"));
    }

    /// The checker's questions that have an answer of ours.
    private final class Doubts extends AbstractTypeCheckingExtension {

        Doubts() { super(ScriptCheck.this); }

        @Override
        public List<MethodNode> handleMissingMethod(ClassNode receiver, String name, ArgumentListExpression arguments,
                ClassNode[] argumentTypes, MethodCall call) {
            if (!(call instanceof MethodCallExpression plain) || !isOfScript(receiver, plain) || !calls.knows(name))
                return List.of();
            return List.of(makeDynamic(plain, types.answerOf(name)));
        }

        @Override
        public boolean handleUnresolvedVariableExpression(VariableExpression variable) {
            String name = variable.getName();
            if (!assigned.contains(name) && !calls.isVariable(name))
                addError("there is no property or variable " + name, variable);
            makeDynamic(variable);
            return true;
        }

        @Override
        public boolean handleUnresolvedProperty(PropertyExpression property) {
            ClassNode of = ScriptCheck.this.getType(property.getObjectExpression());
            ClassNode one = Optional.of(of).filter(t -> t.implementsInterface(ClassHelper.make(Collection.class)))
                    .flatMap(types::element).orElse(of);
            if (property.getPropertyAsString() != null && types.isSure(one) && types.isSure(of))
                addError(KnownTypes.name(one) + " has no property " + property.getPropertyAsString(),
                        property.getProperty());
            makeDynamic(property);
            return true;
        }

        @Override
        public boolean handleIncompatibleAssignment(ClassNode to, ClassNode from, Expression value) {
            if (types.isSure(to) && types.isSure(from) && !KnownTypes.converts(from, to))
                addError(KnownTypes.name(from) + " is no " + KnownTypes.name(to), value);
            return true;
        }
    }
}
