package org.sternpost.engine.evidence;

import org.sternpost.engine.trust.Failure;

/// What one mechanism, DANE or MTA-STS, says of one host by itself, whatever the mode and whoever else has a say.
public sealed interface Finding {

    /// For people: `holds: ...`, `fails: ...`, `not judged: ...`.
    String words();

    /// What it asks was proven.
    record Holds(String what) implements Finding {
        @Override
        public String words() { return "holds: " + what; }
    }

    /// What it asks was not proven, or it refuses the host before anybody calls.
    record Fails(Failure why) implements Finding {
        @Override
        public String words() { return "fails, " + why.reason().token() + ": " + why.sentence(); }
    }

    /// It asks nothing, or the host showed nothing that could be judged.
    record NotJudged(String why) implements Finding {
        @Override
        public String words() { return "not judged: " + why; }
    }
}
