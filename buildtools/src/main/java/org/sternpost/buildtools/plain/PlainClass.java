package org.sternpost.buildtools.plain;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/// One class, with plain code for its pattern switches and for what javac adds to a record.
public final class PlainClass {

    private static final ClassDesc SWITCHES = ClassDesc.of("java.lang.runtime.SwitchBootstraps");
    private static final ClassDesc RECORDS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final int PRIVATE_STATIC = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    private final ClassFile classes;
    private final byte[] given;
    private final ClassModel model;
    private final List<Choice> choices = new ArrayList<>();

    /// A pattern switch: the number of the first label, from a given one on, that the value fits.
    ///
    /// @param type from the value and the first number to the number
    private record Choice(String name, MethodTypeDesc type, List<ConstantDesc> labels, boolean amongConstants) {}

    public PlainClass(ClassFile classes, byte[] given) {
        this.classes = classes;
        this.given = given;
        this.model = classes.parse(given);
    }

    /// The class as it is to be; the very octets that were given where there is nothing to do.
    public byte[] made() {
        if (model.methods().stream().noneMatch(method -> method.code().filter(this::leavesCodeToTheJdk).isPresent()))
            return given;
        ClassTransform plain = ClassTransform.transformingMethodBodies(
                method -> method.code().filter(this::leavesCodeToTheJdk).isPresent(), this::write);
        return classes.transformClass(model, plain.andThen(ClassTransform.endHandler(builder -> {
            for (Choice choice : choices)
                builder.withMethodBody(choice.name(), choice.type(), PRIVATE_STATIC, code -> choose(code, choice));
        })));
    }

    private boolean leavesCodeToTheJdk(CodeModel code) {
        for (CodeElement element : code)
            if (element instanceof InvokeDynamicInstruction call && (isSwitch(call) || isOfRecord(call))) return true;
        return false;
    }

    private static boolean isSwitch(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().owner().equals(SWITCHES) && call.bootstrapArgs().stream()
                .allMatch(label -> label instanceof ClassDesc || label instanceof String);
    }

    private static boolean isOfRecord(InvokeDynamicInstruction call) {
        return call.bootstrapMethod().owner().equals(RECORDS);
    }

    private void write(CodeBuilder to, CodeElement element) {
        if (element instanceof InvokeDynamicInstruction call && isSwitch(call)) callChoice(to, call);
        else if (element instanceof InvokeDynamicInstruction call && isOfRecord(call))
            new RecordMethods(model.thisClass().asSymbol(), call).write(to);
        else
            to.with(element);
    }

    private void callChoice(CodeBuilder to, InvokeDynamicInstruction call) {
        var choice = new Choice("choose$" + choices.size(), call.typeSymbol(), call.bootstrapArgs(),
                call.bootstrapMethod().methodName().equals("enumSwitch"));
        choices.add(choice);
        to.invokestatic(model.thisClass().asSymbol(), choice.name(), choice.type(),
                model.flags().has(AccessFlag.INTERFACE));
    }

    /// As `SwitchBootstraps` says: -1 for null, else the label's number, else how many labels there are.
    private static void choose(CodeBuilder code, Choice choice) {
        var present = code.newLabel();
        code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
        for (int i = 0; i < choice.labels().size(); i++) {
            var next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            switch (choice.labels().get(i)) {
                case ClassDesc type -> code.aload(0).instanceOf(type).ifeq(next);
                case String constant when choice.amongConstants() -> {
                    ClassDesc type = choice.type().parameterType(0);
                    code.aload(0).getstatic(type, constant, type).if_acmpne(next);
                }
                case String text -> code.loadConstant(text).aload(0)
                        .invokevirtual(CD_String, "equals", MethodTypeDesc.of(CD_boolean, CD_Object)).ifeq(next);
                default -> throw new IllegalStateException("such a label was passed over");
            }
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(choice.labels().size()).ireturn();
    }
}
