package org.sternpost.cmdlets.catalogue;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;

/// What the type of a parameter looks like to an operator.
///
/// @param accepted values of an enum; empty for others
/// @param form     how a value is typed; empty when that is plain
record ParameterType(String name, List<String> accepted, String form) {

    private static final Map<String, String> FORMS = Map.ofEntries(Map.entry("Duration", "30s, 5m, 1h30m, 2d"),
            Map.entry("Instant", "2026-11-23T10:00:00Z, -2h, today"), Map.entry("Size", "25MB, 10KiB"),
            Map.entry("Percent", "0.5%"), Map.entry("DomainPattern", "example.org, *.example.org, .example.org"),
            Map.entry("HostPort", "host, host:25, [2001:db8::1]:25"), Map.entry("Boolean", "$true, $false"),
            Map.entry("Address", "anna@example.org"), Map.entry("Block", "{ $_.Status -eq 'Retry' }"),
            Map.entry("NewPassword", "a file, or - to be asked"));

    static ParameterType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            ParameterType element = of(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == Clearable.class) return element;
            if (generic.getRawType() == Map.class)
                return new ParameterType("Hashtable", List.of(), "@{'Name'='value'}");
            String form = generic.getRawType() == SetEdit.class ? "a,b or @{Add=a; Remove=b}" : "a,b";
            return new ParameterType(element.name() + "[]", element.accepted(), form);
        }
        if (!(type instanceof Class<?> plain)) throw new IllegalArgumentException("no parameter has type " + type);
        if (!plain.isEnum())
            return new ParameterType(plain.getSimpleName(), List.of(), FORMS.getOrDefault(plain.getSimpleName(), ""));
        var names = new ArrayList<String>();
        for (Object constant : plain.getEnumConstants())
            names.add(String.valueOf(constant));
        return new ParameterType(plain.getSimpleName(), names, "");
    }
}
