package org.sternpost.shell.groovy;

import groovy.lang.Closure;
import groovy.lang.ExpandoMetaClass;
import groovy.lang.GroovySystem;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiFunction;
import org.codehaus.groovy.runtime.MethodClosure;
import org.sternpost.engine.time.Time;

/// `7.days.ago`, `1.hour.fromNow` in scripts: by the session's clock, so no extension module can give them.
final class RelativeTimes {

    /// What a span is seen from now.
    static final Map<String, BiFunction<Instant, Duration, Instant>> PROPERTIES = Map.of("ago", Instant::minus,
            "fromNow", Instant::plus);

    private RelativeTimes() {}

    static void register(Time time) {
        var meta = new ExpandoMetaClass(Duration.class, true, true);
        PROPERTIES.forEach((name, of) -> meta.registerInstanceMethod(
                "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1), new Seen(time, of)));
        meta.initialize();
        GroovySystem.getMetaClassRegistry().setMetaClass(Duration.class, meta);
    }

    /// One property as a getter; Groovy sets the delegate to the span.
    private static final class Seen extends Closure<Instant> {
        private static final long serialVersionUID = 1L;
        private final transient Time time;
        private final transient BiFunction<Instant, Duration, Instant> of;

        Seen(Time time, BiFunction<Instant, Duration, Instant> of) {
            super(new MethodClosure(time, "toString"));
            this.time = time;
            this.of = of;
        }

        public Instant doCall() { return of.apply(time.instant(), (Duration) getDelegate()); }
    }
}
