package org.sternpost.cmdlets;

/// An amount of octets, typed as `25MB`; KB and KiB are both 1024.
public record Size(long bytes) {}
