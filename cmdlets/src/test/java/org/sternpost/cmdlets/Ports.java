package org.sternpost.cmdlets;

import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.sternpost.engine.control.Management;

/// A management made of the ports that a test has; the others refuse to be asked.
public final class Ports {

    private Ports() {}

    /// @param given the first that fits a port stands for it
    public static Management of(Object... given) {
        try {
            @SuppressWarnings("unchecked")
            var canonical = (Constructor<Management>) Management.class.getDeclaredConstructors()[0];
            return canonical.newInstance(Arrays.stream(canonical.getParameterTypes())
                    .map(port -> Arrays.stream(given).filter(port::isInstance).findFirst().orElseGet(() -> none(port)))
                    .toArray());
        } catch (ReflectiveOperationException defect) {
            throw new AssertionError(defect);
        }
    }

    private static Object none(Class<?> port) {
        return Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[]{port}, (_, method, _) -> {
            throw new UnsupportedOperationException(
                    "this test has no " + port.getSimpleName() + "." + method.getName());
        });
    }

    /// A port that answers every question alike.
    public static Object answering(Class<?> type, Callable<?> answer) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, _, _) -> {
            try {
                return answer.call();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        });
    }
}
