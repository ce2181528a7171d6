package org.sternpost.engine.control.view;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How a table may treat a component; without it a component is shown in lists and exports only.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Column {
    /// 1 is dropped last when the terminal is narrow.
    int value() default 2;

    /// Never cut: whoever copies it needs the whole.
    boolean identity() default false;

    /// Free text that may end in an ellipsis.
    boolean text() default false;
}
