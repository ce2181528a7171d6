package org.sternpost.engine.alert;

import java.io.IOException;
import java.util.List;

/// A way by which alerts are told to somebody who looks at no prompt.
interface AlertChannel {

    /// Which there are; each has a column that says what it has told of an alert.
    enum Way {
        Mail("mailed"), Webhook("posted");

        private final String column;

        Way(String column) { this.column = column; }

        String column() { return column; }
    }

    Way way();

    /// Tells what began or is over, and has it marked so; what it does not mark is told at a later look. Where it has
    /// to wait, that is for seconds: the next look waits too.
    void tell(List<Alert> untold, AlertTable table) throws IOException;
}
