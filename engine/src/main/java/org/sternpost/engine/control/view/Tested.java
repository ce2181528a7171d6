package org.sternpost.engine.control.view;

/// What a `Test-` cmdlet answers: a shell that was asked to test ends with a code of its own where it is not so.
public interface Tested {
    boolean isSo();
}
