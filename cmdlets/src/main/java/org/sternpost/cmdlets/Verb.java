package org.sternpost.cmdlets;

/// PowerShell's approved verbs, and the three that Exchange's administrators type by habit.
public enum Verb {
    Clear, ConvertFrom, ConvertTo, Disable, Enable, Export, ForEach, Format, Get, Group, Import, Measure, New, Redirect,
    Register, Remove, Resolve, Resume, Retry, Search, Select, Send, Set, Sort, Start, Stop, Suspend, Test, Undo,
    Unregister, Update, Validate, Wait, Watch, Where
}
