package org.sternpost.engine.dsn;

/// What became of mail for a recipient, as a notification names it (RFC 3464 §2.3.3).
enum Action {
    /// It is given up.
    failed("Undeliverable: "),
    /// It is late and still tried.
    delayed("Delayed: "),
    /// It went on to a host that tells nobody what becomes of it.
    relayed("Passed on: ");

    private final String subject;

    Action(String subject) { this.subject = subject; }

    /// What the subject of the notification begins with.
    String subject() { return subject; }
}
