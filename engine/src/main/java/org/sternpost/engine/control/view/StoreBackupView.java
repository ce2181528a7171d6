package org.sternpost.engine.control.view;

/// A copy of the engine's data.
///
/// @param messages that wait in it
/// @param octets   that it takes on the disk
public record StoreBackupView(@Column(value = 1, identity = true) String path, @Column(1) long messages,
        @Column(1) long octets) {}
