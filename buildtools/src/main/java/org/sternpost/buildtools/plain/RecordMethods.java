package org.sternpost.buildtools.plain;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/// The code of a record's `equals`, `hashCode` or `toString`, with the results of `java.lang.runtime.ObjectMethods`.
final class RecordMethods {

    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc TEXT = ClassDesc.of("java.lang.StringBuilder");
    private static final int NEXT = 31; // as ObjectMethods has it: what some hash map's order shows stays the same

    private final ClassDesc record;
    private final String method;
    private final List<Field> fields = new ArrayList<>();

    private record Field(String name, ClassDesc type) {

        /// The class with the static methods for a primitive.
        ClassDesc wrapper() {
            return switch (TypeKind.from(type)) {
                case BOOLEAN -> ConstantDescs.CD_Boolean;
                case BYTE -> ConstantDescs.CD_Byte;
                case SHORT -> ConstantDescs.CD_Short;
                case CHAR -> ConstantDescs.CD_Character;
                case INT -> ConstantDescs.CD_Integer;
                case LONG -> ConstantDescs.CD_Long;
                case FLOAT -> ConstantDescs.CD_Float;
                case DOUBLE -> ConstantDescs.CD_Double;
                case REFERENCE, VOID -> OBJECTS;
            };
        }
    }

    /// @param call as javac leaves it: its arguments are the record, the names and a getter for each field
    RecordMethods(ClassDesc record, InvokeDynamicInstruction call) {
        this.record = record;
        this.method = call.name().stringValue();
        List<ConstantDesc> arguments = call.bootstrapArgs();
        for (ConstantDesc argument : arguments.subList(2, arguments.size()))
            if (argument instanceof DirectMethodHandleDesc getter)
                fields.add(new Field(getter.methodName(), getter.invocationType().returnType()));
    }

    /// Takes what the call would take from the stack, the record first, and leaves what it would leave.
    void write(CodeBuilder code) {
        switch (method) {
            case "equals" -> equals(code);
            case "hashCode" -> hashCode(code);
            case "toString" -> text(code);
            default -> throw new IllegalArgumentException("a record has no " + method);
        }
    }

    /// The method is nothing but this: the values are also its arguments.
    private void equals(CodeBuilder code) {
        Label different = code.newLabel();
        Label same = code.newLabel();
        Label end = code.newLabel();
        code.if_acmpeq(same).aload(1).instanceOf(record).ifeq(different);
        int other = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(1).checkcast(record).astore(other);
        for (Field field : fields) {
            code.aload(0).getfield(record, field.name(), field.type());
            code.aload(other).getfield(record, field.name(), field.type());
            switch (TypeKind.from(field.type())) {
                case REFERENCE -> code.invokestatic(OBJECTS, "equals", MethodTypeDesc.of(CD_boolean, CD_Object,
                        CD_Object)).ifeq(different);
                case FLOAT, DOUBLE -> code.invokestatic(field.wrapper(), "compare", MethodTypeDesc.of(CD_int,
                        field.type(), field.type())).ifne(different);
                case LONG -> code.lcmp().ifne(different);
                case BOOLEAN, BYTE, SHORT, CHAR, INT, VOID -> code.if_icmpne(different);
            }
        }
        code.labelBinding(same).iconst_1().goto_(end).labelBinding(different).iconst_0().labelBinding(end);
    }

    private void hashCode(CodeBuilder code) {
        code.pop().iconst_0();
        for (Field field : fields) {
            code.loadConstant(NEXT).imul().aload(0).getfield(record, field.name(), field.type());
            ClassDesc taken = field.type().isPrimitive() ? field.type() : CD_Object;
            code.invokestatic(field.wrapper(), "hashCode", MethodTypeDesc.of(CD_int, taken)).iadd();
        }
    }

    private void text(CodeBuilder code) {
        code.pop().new_(TEXT).dup().invokespecial(TEXT, ConstantDescs.INIT_NAME, MethodTypeDesc.of(CD_void));
        code.loadConstant(record).invokevirtual(CD_Class, "getSimpleName", MethodTypeDesc.of(CD_String));
        append(code, CD_String);
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            code.loadConstant((i == 0 ? "[" : ", ") + field.name() + "=");
            append(code, CD_String);
            code.aload(0).getfield(record, field.name(), field.type());
            append(code, switch (TypeKind.from(field.type())) {
                case REFERENCE, VOID -> CD_Object;
                case BYTE, SHORT, INT -> CD_int;
                case BOOLEAN, CHAR, LONG, FLOAT, DOUBLE -> field.type();
            });
        }
        code.loadConstant(fields.isEmpty() ? "[]" : "]");
        append(code, CD_String);
        code.invokevirtual(TEXT, "toString", MethodTypeDesc.of(CD_String));
    }

    private static void append(CodeBuilder code, ClassDesc type) {
        code.invokevirtual(TEXT, "append", MethodTypeDesc.of(TEXT, type));
    }
}
