package org.sternpost.shell.groovy;

import groovy.lang.GString;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.GenericsType;
import org.codehaus.groovy.ast.tools.GenericsUtils;
import org.codehaus.groovy.ast.tools.WideningCategories;
import org.sternpost.shell.item.ViewType;
import org.sternpost.engine.mail.Nearest;

/// What the text of a script alone says of types: of cmdlets' records, and whether a type can be more at run time.
final class KnownTypes {

    private static final ClassNode ROW = ClassHelper.make(Row.class);
    private static final ClassNode ROWS = ClassHelper.make(Rows.class);
    private static final ClassNode COLLECTION = ClassHelper.make(Collection.class);
    private static final Set<String> SURE_THOUGH_NOT_FINAL = Set.of(BigDecimal.class.getName(),
            BigInteger.class.getName(), GString.class.getName());

    private final CmdletCalls calls;

    KnownTypes(CmdletCalls calls) { this.calls = calls; }

    /// `Rows<TlsRolloutView>`
    ClassNode answerOf(String cmdlet) {
        return calls.descriptor(cmdlet).flatMap(d -> d.view())
                .map(view -> GenericsUtils.makeClassSafeWithGenerics(ROWS, new GenericsType(ClassHelper.make(view))))
                .orElseGet(ROWS::getPlainNodeReference);
    }

    /// The type itself, if it is a record of a known view.
    Optional<ClassNode> row(ClassNode type) {
        return Optional.of(type).filter(t -> t.equals(ROW) && view(t).isPresent());
    }

    /// What a collection holds, as far as the text says.
    Optional<ClassNode> element(ClassNode type) {
        if (!type.equals(COLLECTION) && !type.implementsInterface(COLLECTION)) return Optional.empty();
        GenericsType[] held = GenericsUtils.parameterizeType(type, COLLECTION).getGenericsTypes();
        return held == null || held.length != 1 || held[0].isPlaceholder() || held[0].isWildcard()
                ? Optional.empty()
                : Optional.of(held[0].getType());
    }

    /// The type of a record's property; empty if it has none of that name.
    Optional<ClassNode> property(ClassNode row, String name) {
        return ViewType.of(view(row).orElseThrow()).properties().stream()
                .filter(p -> p.name().equalsIgnoreCase(name) || p.component().equalsIgnoreCase(name)).findFirst()
                .map(p -> seen(p.type()));
    }

    String noProperty(ClassNode row, String name) {
        ViewType view = ViewType.of(view(row).orElseThrow());
        return view.name() + " has no property " + name + "; " + Nearest.to(name, view.names())
                .map(near -> "did you mean: " + near).orElse("it has " + String.join(", ", view.names()));
    }

    /// True if a value has nothing at run time that this type does not have in the text.
    boolean isSure(ClassNode type) {
        if (type.isGenericsPlaceHolder() || type.isArray()
                || type instanceof WideningCategories.LowestUpperBoundClassNode || ClassHelper.isObjectType(type))
            return false;
        if (ClassHelper.isPrimitiveType(type)) return true;
        if (type.equals(ROW)) return row(type).isPresent();
        ClassNode plain = type.redirect();
        if (plain.isPrimaryClassNode() || plain.equals(ClassHelper.CLOSURE_TYPE)) return false;
        return Modifier.isFinal(plain.getModifiers()) || SURE_THOUGH_NOT_FINAL.contains(plain.getName())
                || plain.getName().startsWith("org.sternpost.") || plain.equals(COLLECTION)
                || plain.implementsInterface(COLLECTION);
    }

    /// True if Groovy makes one of the other where a variable is declared with its type.
    static boolean converts(ClassNode from, ClassNode to) {
        ClassNode target = ClassHelper.getWrapper(to);
        return target.equals(ClassHelper.STRING_TYPE) || target.equals(ClassHelper.Boolean_TYPE) || to.isEnum()
                || from.implementsInterface(COLLECTION) || from.equals(COLLECTION)
                || ClassHelper.isNumberType(ClassHelper.getUnwrapper(to))
                        && ClassHelper.getWrapper(from).isDerivedFrom(ClassHelper.Number_TYPE);
    }

    private static ClassNode listOf(ClassNode element) {
        return GenericsUtils.makeClassSafeWithGenerics(ClassHelper.LIST_TYPE.getPlainNodeReference(),
                new GenericsType(element));
    }

    /// As it is called in a text for people.
    static String name(ClassNode type) {
        if (type.equals(ROW)) return view(type).map(view -> ViewType.of(view).name()).orElse("a record");
        return ClassHelper.getWrapper(type).getNameWithoutPackage();
    }

    private static Optional<Class<? extends Record>> view(ClassNode row) {
        GenericsType[] of = row.getGenericsTypes();
        if (of == null || of.length != 1 || of[0].isPlaceholder() || !of[0].getType().isResolved())
            return Optional.empty();
        Class<?> type = of[0].getType().getTypeClass();
        return type.isRecord() ? Optional.of(type.asSubclass(Record.class)) : Optional.empty();
    }

    /// A component's type as a record shows its value ([Row#seen]).
    private static ClassNode seen(Type type) {
        return switch (type) {
            case Class<?> plain when plain == int.class || plain == Integer.class -> ClassHelper.Long_TYPE;
            case Class<?> plain when plain.isRecord() -> GenericsUtils
                    .makeClassSafeWithGenerics(ROW, new GenericsType(ClassHelper.make(plain)));
            case Class<?> plain -> ClassHelper.getWrapper(ClassHelper.make(plain));
            case ParameterizedType list when list.getRawType() == List.class ->
                listOf(seen(list.getActualTypeArguments()[0]));
            case ParameterizedType map when map.getRawType() == Map.class -> ClassHelper.MAP_TYPE
                    .getPlainNodeReference();
            default -> ClassHelper.OBJECT_TYPE;
        };
    }
}
