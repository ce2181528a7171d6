package org.sternpost.shell.bind;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.Parameter;

/// The parameters that every cmdlet has, and those that every change has.
///
/// @param confirm `-Confirm` asks even if nothing demands it, `-Confirm:$false` answers in advance
public record CommonParameters(boolean whatIf, Optional<Boolean> confirm, Optional<String> operationId, boolean verbose,
        boolean stopOnError, Optional<Duration> timeout, Optional<String> outVariable) {

    /// Words of `-ErrorAction`.
    public enum ErrorAction { Continue, Stop }

    private static final List<Parameter> ALWAYS = List.of(
            parameter("Verbose", boolean.class, "Tells more on the way."),
            parameter("ErrorAction", ErrorAction.class, "Stop turns the first failed record into an error of all."),
            parameter("Timeout", Duration.class, "Gives up after this span."),
            parameter("OutVariable", String.class, "Also keeps the records in this variable."));
    private static final List<Parameter> FOR_CHANGES = List.of(
            parameter("WhatIf", boolean.class, "Shows what would change and changes nothing."),
            parameter("Confirm", boolean.class, "Asks first; -Confirm:$false answers in advance."),
            parameter("OperationId", String.class, "The same id with the same content is applied once."));

    /// The common parameters of one cmdlet, for binding and completion.
    public static List<Parameter> of(Descriptor cmdlet) {
        if (!cmdlet.changes()) return ALWAYS;
        return java.util.stream.Stream.concat(FOR_CHANGES.stream(), ALWAYS.stream()).toList();
    }

    static CommonParameters from(java.util.Map<String, Object> given) {
        return new CommonParameters(given.get("WhatIf") instanceof Boolean b && b,
                Optional.ofNullable((Boolean) given.get("Confirm")),
                Optional.ofNullable((String) given.get("OperationId")), given.get("Verbose") instanceof Boolean v && v,
                given.get("ErrorAction") == ErrorAction.Stop, Optional.ofNullable((Duration) given.get("Timeout")),
                Optional.ofNullable((String) given.get("OutVariable")));
    }

    private static Parameter parameter(String name, Class<?> type, String doc) {
        return new Parameter(name, type, -1, doc, -1, false, false, "", "", false, "");
    }
}
