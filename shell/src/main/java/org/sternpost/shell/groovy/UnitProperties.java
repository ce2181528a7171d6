package org.sternpost.shell.groovy;

import groovy.lang.ExpandoMetaClass;
import groovy.lang.GroovySystem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.codehaus.groovy.runtime.MethodClosure;

/// Gives numbers and spans their units in Groovy.
final class UnitProperties {

    private static final List<String> OF_NUMBERS = List.of("millis", "second", "seconds", "minute", "minutes", "hour",
            "hours", "day", "days", "percent", "KB", "MB", "GB");
    private static final List<String> OF_SPANS = List.of("ago", "fromNow");

    private UnitProperties() {}

    static void register(Units units) {
        for (Class<?> type : List.of(Integer.class, Long.class, Double.class, BigDecimal.class, BigInteger.class))
            add(type, OF_NUMBERS, units);
        add(Duration.class, OF_SPANS, units);
    }

    private static void add(Class<?> type, List<String> names, Units units) {
        var meta = new ExpandoMetaClass(type, true, true);
        for (String name : names)
            meta.registerInstanceMethod("get" + Character.toUpperCase(name.charAt(0)) + name.substring(1),
                    new Unit(units, name));
        meta.initialize();
        GroovySystem.getMetaClassRegistry().setMetaClass(type, meta);
    }

    /// One unit as a getter; Groovy sets the delegate to the number.
    private static final class Unit extends groovy.lang.Closure<Object> {
        private static final long serialVersionUID = 1L;
        private final transient Units units;
        private final String name;

        Unit(Units units, String name) {
            super(new MethodClosure(name, "toString"));
            this.units = units;
            this.name = name;
        }

        public Object doCall() { return units.property(getDelegate(), name).orElseThrow(); }
    }
}
