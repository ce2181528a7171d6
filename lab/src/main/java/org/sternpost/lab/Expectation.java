package org.sternpost.lab;

/// What becomes of mail to a domain in one mode of TLS validation, retries included, until a message expires.
///
/// `code` is the enhanced status code while queued; empty when delivered, and where the sender's own words decide.
/// `reason` is a token of the table of failures; empty when the trouble is no policy of TLS. `wouldFail` is set in
/// Opportunistic alone: the reason for which Enabled would not have delivered.
public record Expectation(Outcome outcome, String code, String reason, String wouldFail) {
    /// Where mail ends, or stays.
    public enum Outcome { Delivered, Deferred, Failed }

    static Expectation delivered() { return new Expectation(Outcome.Delivered, "", "", ""); }

    static Expectation deliveredAlthough(String wouldFail) {
        return new Expectation(Outcome.Delivered, "", "", wouldFail);
    }

    static Expectation deferred(String code, String reason) {
        return new Expectation(Outcome.Deferred, code, reason, "");
    }

    static Expectation failed(String code) { return new Expectation(Outcome.Failed, code, "", ""); }

    /// In a few words, for the printed table.
    @Override
    public String toString() {
        var words = new StringBuilder(outcome.name());
        if (!code.isEmpty()) {
            words.append(' ').append(code);
        }
        if (!reason.isEmpty()) {
            words.append(' ').append(reason);
        }
        if (!wouldFail.isEmpty()) {
            words.append(", would fail: ").append(wouldFail);
        }
        return words.toString();
    }
}
