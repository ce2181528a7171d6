package org.sternpost.buildtools.descriptor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/// Of each record with a `@Name` the class `<Record>Descriptor` beside it, and of the class with `@Catalogue.Indexed`
/// the class `<Class>Index`, which finds the descriptors of all cmdlets that are compiled with it.
@SupportedAnnotationTypes({DescriptorProcessor.NAME, DescriptorProcessor.INDEXED})
public final class DescriptorProcessor extends AbstractProcessor {

    static final String CMDLETS = "org.sternpost.cmdlets.";
    static final String NAME = CMDLETS + "Name";
    static final String INDEXED = CMDLETS + "Catalogue.Indexed";

    private boolean refused;

    @Override
    public SourceVersion getSupportedSourceVersion() { return SourceVersion.latestSupported(); }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        var cmdlets = new ArrayList<CmdletFacts>();
        for (Element named : annotated(round, NAME))
            new CmdletReader(processingEnv.getElementUtils(), this::refuse).read(named).ifPresent(cmdlets::add);
        cmdlets.sort(Comparator.comparing(CmdletFacts::noun).thenComparing(CmdletFacts::name));
        refuseEqualNames(cmdlets);
        if (refused) return false; // code with a hole would bring errors of its own, which say nothing
        for (CmdletFacts cmdlet : cmdlets)
            write(DescriptorSource.type(cmdlet), DescriptorSource.of(cmdlet), cmdlet.type());
        for (Element catalogue : annotated(round, INDEXED))
            if (catalogue instanceof TypeElement type)
                write(type.getQualifiedName() + "Index", IndexSource.of(type, cmdlets), type);
        return false;
    }

    private Set<? extends Element> annotated(RoundEnvironment round, String annotation) {
        TypeElement type = processingEnv.getElementUtils().getTypeElement(annotation);
        return type == null ? Set.of() : round.getElementsAnnotatedWith(type);
    }

    private void refuseEqualNames(List<CmdletFacts> cmdlets) {
        Map<String, CmdletFacts> byName = new HashMap<>();
        for (CmdletFacts cmdlet : cmdlets)
            for (String name : cmdlet.names())
                Optional.ofNullable(byName.put(name.toLowerCase(Locale.ROOT), cmdlet)).ifPresent(
                        other -> refuse(cmdlet.type(), "'" + name + "' is already what " + other.type()
                                + " is called; give one of them another name or alias"));
    }

    private void write(String name, String source, Element origin) {
        try (var to = processingEnv.getFiler().createSourceFile(name, origin).openWriter()) {
            to.write(source);
        } catch (IOException broken) {
            refuse(origin, name + " cannot be written: " + broken.getMessage());
        }
    }

    private void refuse(Element at, String why) {
        refused = true;
        processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, why, at);
    }
}
