package org.sternpost.shell.bind;

import java.util.stream.Collectors;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;

/// How a cmdlet is called, on one line.
final class Usage {

    private Usage() {}

    static String of(Descriptor cmdlet) {
        return cmdlet.name() + cmdlet.parameters().stream().map(Usage::shown).collect(Collectors.joining());
    }

    private static String shown(Parameter p) {
        String name = p.position() >= 0 ? "[-" + p.name() + "]" : "-" + p.name();
        String text = p.isSwitch() ? name : name + " <" + type(p) + ">";
        return " " + (p.mandatory() ? text : "[" + text + "]");
    }

    private static String type(Parameter p) {
        String full = p.type().getTypeName();
        String inner = full.contains("<") ? full.substring(full.lastIndexOf('<') + 1, full.indexOf('>')) : full;
        String simple = inner.substring(Math.max(inner.lastIndexOf('.'), inner.lastIndexOf('$')) + 1);
        return full.contains("<") ? simple + "[]" : simple;
    }
}
