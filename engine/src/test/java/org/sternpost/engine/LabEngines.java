package org.sternpost.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;

/// The engines that the whole table of the practice internet takes: what a domain shows decides which one sees it.
record LabEngines(LabEngine usual, LabEngine impatient, LabEngine strict) implements AutoCloseable {

    static LabEngines on(Lab lab, Path directory) throws Exception {
        return new LabEngines(LabEngine.on(lab, directory.resolve("engine")),
                LabEngine.impatient(lab, directory.resolve("impatient")),
                LabEngine.strict(lab, directory.resolve("strict")));
    }

    LabEngine of(LabDomain domain) { return domain.isLoopback() ? strict : domain.hangs() ? impatient : usual; }

    void setMode(TlsValidation mode) throws Exception {
        for (LabEngine one : List.of(usual, impatient, strict))
            one.setMode("Default", mode);
    }

    @Override
    public void close() throws IOException {
        usual.close();
        impatient.close();
        strict.close();
    }
}
