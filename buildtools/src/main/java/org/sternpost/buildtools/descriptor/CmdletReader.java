package org.sternpost.buildtools.descriptor;

import static org.sternpost.buildtools.descriptor.DescriptorProcessor.CMDLETS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import org.sternpost.buildtools.descriptor.CmdletFacts.Component;
import org.sternpost.buildtools.descriptor.CmdletFacts.Example;
import org.sternpost.buildtools.descriptor.CmdletFacts.Group;
import org.sternpost.buildtools.descriptor.CmdletFacts.Parameter;
import org.sternpost.buildtools.descriptor.CmdletFacts.Title;
import org.sternpost.buildtools.descriptor.CmdletFacts.Use;

/// Reads the annotations of a cmdlet's record, and refuses what no descriptor can be made of.
final class CmdletReader {

    private static final int POSITIONS_MAX = 2; // more than two values without a name nobody remembers
    private static final String NULLABLE = "org.jspecify.annotations.Nullable";
    private static final String PARAM = CMDLETS + "Param";

    private final Elements elements;
    private final BiConsumer<Element, String> refuse;
    private boolean broken;

    /// @param refuse takes the place of a mistake, and in a sentence what it is and what to do
    CmdletReader(Elements elements, BiConsumer<Element, String> refuse) {
        this.elements = elements;
        this.refuse = refuse;
    }

    /// Empty if there is no saying what is meant: that is told, or javac itself refuses it.
    Optional<CmdletFacts> read(Element named) {
        if (!(named instanceof TypeElement type) || named.getKind() != ElementKind.RECORD) {
            refuse.accept(named, "a cmdlet is a record, whose components are its parameters; make it one, or take "
                    + "@Name away");
            return Optional.empty();
        }
        if (type.getNestingKind() != NestingKind.TOP_LEVEL) {
            refuse.accept(type, "a cmdlet has a file of its own; take it out of " + type.getEnclosingElement());
            return Optional.empty();
        }
        Optional<DeclaredType> kind = kind(type);
        if (kind.isEmpty()) {
            refuse.accept(type, "a cmdlet does something: let it implement Cmdlet.Query, Cmdlet.Change or "
                    + "Cmdlet.Stage");
            return Optional.empty();
        }
        Said name = said(type, DescriptorProcessor.NAME).orElseThrow();
        if (!name.has("verb", "noun", "summary")) return Optional.empty();
        var title = new Title(name.constant("verb"), name.text("noun"), name.text("summary"), name.constant("impact"),
                name.texts("aliases"));
        var components = components(type, title.verb().equals("New"), false);
        var facts = new CmdletFacts(type, title, components, examples(type),
                kind.get().getTypeArguments().stream().findFirst().map(TypeMirror.class::cast));
        if (broken || facts.view().filter(ParameterTypes::isBroken).isPresent()) return Optional.empty();
        check(facts);
        return Optional.of(facts);
    }

    private static Optional<DeclaredType> kind(TypeElement type) {
        for (TypeMirror made : type.getInterfaces())
            if (made instanceof DeclaredType declared && declared.asElement().toString()
                    .matches(CMDLETS.replace(".", "\\.") + "Cmdlet\\.(Query|Change|Stage)"))
                return Optional.of(declared);
        return Optional.empty();
    }

    private void check(CmdletFacts facts) {
        TypeElement type = facts.type();
        if (!type.getSimpleName().contentEquals(facts.title().verb() + facts.noun()))
            refuse.accept(type, "the record of " + facts.name() + " is called " + facts.title().verb() + facts.noun()
                    + ", so that whoever looks for one finds the other");
        if (!facts.noun().matches("[A-Z][A-Za-z0-9]*"))
            refuse.accept(type, "a noun is one word in Pascal case, not '" + facts.noun() + "'");
        checkSentence(type, "summary of " + facts.name(), facts.title().summary());
        if (facts.examples().isEmpty())
            refuse.accept(type, facts.name() + " needs an @Example: help shows it, and a test runs it");
        for (Example example : facts.examples())
            if (!example.run().contains(facts.name()))
                refuse.accept(type, "an @Example of " + facts.name() + " runs it, not '" + example.run() + "'");
        List<Parameter> placed = facts.parameters().stream().filter(each -> each.use().position() >= 0).toList();
        if (placed.size() > POSITIONS_MAX)
            refuse.accept(type,
                    facts.name() + " takes " + placed.size() + " values without a name, and nobody remembers "
                            + "more than " + POSITIONS_MAX + "; take `position` from the others");
        if (placed.stream().mapToInt(each -> each.use().position()).distinct().count() < placed.size())
            refuse.accept(type, "two parameters of " + facts.name() + " have one position; give each its own");
    }

    private void checkSentence(Element at, String what, String text) {
        if (!text.endsWith(".")) refuse.accept(at, "the " + what + " is a sentence and ends with a full stop");
    }

    /// @param makes of a `New-` cmdlet, which takes plainly what another edits
    /// @param group in a group, which serves both what makes a thing and what changes it
    private List<Component> components(TypeElement record, boolean makes, boolean group) {
        var all = new ArrayList<Component>();
        for (RecordComponentElement component : record.getRecordComponents()) {
            var param = said(component, PARAM);
            boolean ofGroup = said(component, PARAM + ".Group").isPresent();
            if (param.isPresent() == ofGroup)
                refuse.accept(component, "each component of a cmdlet is a parameter: give it a @Param with what help "
                        + "says of it, or @Param.Group if it is a record of parameters");
            else if (param.isPresent()) all.add(parameter(component, param.get(), makes, group));
            else if (component.asType() instanceof DeclaredType type && type.asElement() instanceof TypeElement inner
                    && inner.getKind() == ElementKind.RECORD)
                all.add(new Group(component, inner, components(inner, makes, true)));
            else
                refuse.accept(component, "a @Param.Group is a record whose components are parameters");
        }
        return all;
    }

    private Parameter parameter(RecordComponentElement component, Said param, boolean makes, boolean group) {
        TypeMirror type = component.asType();
        if (ParameterTypes.isBroken(type) || !param.has("value")) broken = true;
        else
            check(component, type, param);
        boolean optional = type.getKind() == TypeKind.BOOLEAN || isNullable(component)
                || !param.text("defaultValue").isEmpty();
        boolean plain = group && makes;
        return new Parameter(component, plain, !optional,
                new Use(makes && !param.text("whenNew").isEmpty() ? param.text("whenNew") : param.text("value"),
                        param.number("position"), param.truth("pipeline"),
                        group && !makes ? "" : param.text("defaultValue"), param.text("names"),
                        param.truth("clearable") && !plain, param.text("oneOf")));
    }

    private void check(RecordComponentElement component, TypeMirror type, Said param) {
        if (!ParameterTypes.has(type))
            refuse.accept(component,
                    "nobody can type a " + ParameterTypes.code(type) + "; the types of parameters stand "
                            + "at Cmdlet, and a new one must be known to what reads and sends values");
        boolean isSwitch = type.getKind() == TypeKind.BOOLEAN;
        if (isSwitch && !param.text("defaultValue").isEmpty())
            refuse.accept(component, "a switch that is not given is false; take its default value away, or make it a "
                    + "@Nullable Boolean");
        if (param.number("position") >= 0 && (isSwitch || ParameterTypes.code(type).equals("java.lang.Boolean")))
            refuse.accept(component, "what is true or false is given by its name, since nobody sees what a bare $true "
                    + "means; take its position away");
        checkSentence(component, "help of a parameter", param.text("value"));
    }

    private static boolean isNullable(RecordComponentElement component) {
        return component.asType().getAnnotationMirrors().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals(NULLABLE));
    }

    private List<Example> examples(TypeElement type) {
        return Stream.concat(said(type, CMDLETS + "Example").stream(),
                said(type, CMDLETS + "Example.List").stream().flatMap(several -> several.inner("value").stream()))
                .map(one -> new Example(one.text("shows"), one.text("run"), one.text("prints"))).toList();
    }

    private Optional<Said> said(Element of, String annotation) {
        for (AnnotationMirror each : of.getAnnotationMirrors())
            if (each.getAnnotationType().toString().equals(annotation)) return Optional.of(new Said(elements, each));
        return Optional.empty();
    }
}
