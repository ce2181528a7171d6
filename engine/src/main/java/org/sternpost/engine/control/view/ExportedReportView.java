package org.sternpost.engine.control.view;

import java.time.Instant;

/// A report that was written into a file.
///
/// @param format `Html`, `Json` or `Csv`
public record ExportedReportView(@Column(value = 1, identity = true) String path, @Column(1) String format,
        @Column(2) Instant from, @Column(2) Instant until, @Column(1) long sizeBytes) {}
