package org.sternpost.lab;

/// What becomes of mail to a domain in one mode of TLS validation, retries included, until a message expires.
///
/// `code` is the enhanced status code while queued; empty when delivered, and where the sender's own words decide.
/// `reason` is a token of the table of failures; empty when the trouble is no policy of TLS. `wouldFail` is set in
/// Opportunistic alone: the reason for which Enabled would not have delivered.
public record Expectation(Outcome outcome, String code, String reason, String wouldFail) {
    /// Where mail ends, or stays.
    public enum Outcome { Delivered, Deferred, Failed }

    public static Expectation delivered() { return new Expectation(Outcome.Delivered, "", "", ""); }

    public static Expectation deliveredAlthough(String wouldFail) {
        return new Expectation(Outcome.Delivered, "", "", wouldFail);
    }

    public static Expectation deferred(String code, String reason) {
        return new Expectation(Outcome.Deferred, code, reason, "");
    }

    public static Expectation failed(String code) { return new Expectation(Outcome.Failed, code, "", ""); }
}
