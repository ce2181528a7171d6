package org.sternpost.engine.smtp.client;

/// Where in a session something was said or broke.
public enum Stage {
    Connect("connecting"), Banner("greeting"), Hello("EHLO"), StartTls("STARTTLS"), Mail("MAIL FROM"), Recipient(
            "RCPT TO"),
    Data("DATA"), Content("end of data");

    private final String words;

    Stage(String words) { this.words = words; }

    /// As in a sentence: `in reply to MAIL FROM`.
    public String words() { return words; }
}
