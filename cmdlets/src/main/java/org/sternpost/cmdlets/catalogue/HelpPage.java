package org.sternpost.cmdlets.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.cmdlets.Descriptor;

/// The help page of one cmdlet.
final class HelpPage {

    private static final String INDENT = "    ";
    private static final int LINE_COLUMNS_MAX = 76; // of a syntax line, so that 80 columns hold it

    private final Descriptor cmdlet;
    private final List<String> lines = new ArrayList<>();

    HelpPage(Descriptor cmdlet) { this.cmdlet = cmdlet; }

    /// @param full with every fact about every parameter
    List<String> lines(boolean full) {
        head("NAME", cmdlet.name());
        if (!cmdlet.aliases().isEmpty()) head("ALIASES", String.join(", ", cmdlet.aliases()));
        head("SYNOPSIS", cmdlet.summary());
        lines.add("SYNTAX");
        syntax();
        lines.add("");
        if (!cmdlet.parameters().isEmpty()) lines.add("PARAMETERS");
        cmdlet.parameters().forEach(parameter -> parameter(parameter, full));
        if (cmdlet.changes())
            head("CHANGES", "Impact " + cmdlet.impact() + "; -WhatIf shows the plan, -Confirm:$false does not ask.");
        examples();
        return List.copyOf(lines);
    }

    List<String> examples() {
        lines.add("EXAMPLES");
        for (var example : cmdlet.examples()) {
            lines.add(INDENT + "# " + example.shows());
            lines.add(INDENT + example.run());
            example.prints().lines().forEach(line -> lines.add((INDENT + INDENT + line).stripTrailing()));
            lines.add("");
        }
        return List.copyOf(lines);
    }

    private void head(String title, String text) {
        lines.add(title);
        lines.add(INDENT + text);
        lines.add("");
    }

    /// PowerShell's brackets: around what may be left out, and around a name that may.
    private void syntax() {
        var line = new StringBuilder(INDENT + cmdlet.name());
        var words = new ArrayList<String>();
        cmdlet.parameters().forEach(parameter -> words.add(usage(parameter)));
        if (cmdlet.changes()) words.addAll(List.of("[-WhatIf]", "[-Confirm]"));
        for (String word : words) {
            if (line.length() + 1 + word.length() > LINE_COLUMNS_MAX) {
                lines.add(line.toString());
                line = new StringBuilder(INDENT + INDENT + word);
            } else {
                line.append(' ').append(word);
            }
        }
        lines.add(line.toString());
    }

    private static String usage(Descriptor.Parameter parameter) {
        if (parameter.isSwitch()) return "[-" + parameter.name() + "]";
        String name = parameter.position() >= 0 ? "[-" + parameter.name() + "]" : "-" + parameter.name();
        String usage = name + " <" + ParameterType.of(parameter.type()).name() + ">";
        return parameter.mandatory() ? usage : "[" + usage + "]";
    }

    private void parameter(Descriptor.Parameter parameter, boolean full) {
        var kind = ParameterType.of(parameter.type());
        lines.add(INDENT + "-" + parameter.name() + (parameter.isSwitch() ? "" : " <" + kind.name() + ">"));
        fact(parameter.doc());
        if (!kind.accepted().isEmpty()) fact("Accepted values: " + String.join(", ", kind.accepted()));
        if (!parameter.defaultValue().isEmpty()) fact("Default: " + parameter.defaultValue());
        if (full) {
            fact("Required: " + (parameter.mandatory() ? "yes" : "no"));
            fact("Position: " + (parameter.position() >= 0 ? String.valueOf(parameter.position()) : "named"));
            if (!kind.form().isEmpty()) fact("Written as: " + kind.form());
        }
        if (parameter.pipeline()) fact("Taken from the pipeline: yes");
        if (parameter.clearable()) fact("$null empties it.");
        lines.add("");
    }

    private void fact(String text) { lines.add(INDENT + INDENT + text); }
}
