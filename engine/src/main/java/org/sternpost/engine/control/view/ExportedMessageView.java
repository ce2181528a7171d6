package org.sternpost.engine.control.view;

/// A message that was written into a file.
public record ExportedMessageView(@Column(value = 1, identity = true) String identity, @Column(1) String path,
        @Column(1) long sizeBytes) {}
