package org.sternpost.engine.dns;

/// Why what a signed zone says proves nothing all the same, so that it counts as if the zone were unsigned.
///
/// A zone is named without its last dot; the root is `.`.
public sealed interface Weakness {

    /// RSA with SHA-1 and nothing better (RFC 9905 §2).
    record Sha1Alone(String zone) implements Weakness {}

    /// Algorithms, or digests of keys, that are not known here (RFC 6840 §5.2).
    ///
    /// @param which `ECC-GOST/SHA-256`
    record UnknownAlgorithms(String zone, String which) implements Weakness {}

    /// RSA keys that anybody can break, and nothing better.
    record ShortKey(String zone) implements Weakness {}

    /// Names are denied by hashes of more rounds than anybody need follow (RFC 9276 §3.2).
    ///
    /// @param most that are followed
    record ManyIterations(String zone, int iterations, int most) implements Weakness {}

    /// The zone leaves open whether the name is there (RFC 5155 §9.2).
    record OptOut(String name, String zone) implements Weakness {}

    /// The same with the rule.
    default String sentence() { return seen() + " (" + rule() + ")"; }

    /// What makes it prove nothing.
    default String rule() {
        return switch (this) {
            case Sha1Alone _ -> "RFC 9905 §2";
            case UnknownAlgorithms _ -> "RFC 6840 §5.2";
            case ShortKey _ -> "RFC 8624 §3.1";
            case ManyIterations _ -> "RFC 9276 §3.2";
            case OptOut _ -> "RFC 5155 §9.2";
        };
    }

    /// Half a sentence that begins with the zone or the name, for someone who never read an RFC.
    default String seen() {
        return switch (this) {
            case Sha1Alone(var zone) ->
                "the zone " + zone + " is signed by RSA with SHA-1 alone, which proves nothing any more";
            case UnknownAlgorithms(var zone, var which) ->
                "the zone " + zone + " is signed by algorithms that are not known here alone (" + which + ")";
            case ShortKey(var zone) -> "the zone " + zone + " is signed by RSA keys alone that are too short";
            case ManyIterations(var zone, var iterations, var most) ->
                "the zone " + zone + " denies names by hashes of "
                        + iterations + " iterations, and more than " + most + " prove nothing";
            case OptOut(var name, var zone) -> name + " falls into a gap that the zone " + zone
                    + " leaves open for unsigned delegations (opt-out)";
        };
    }

    /// What the keeper of the zone does about it, one sentence.
    default String remedy() {
        return switch (this) {
            case Sha1Alone(var zone) -> again(zone);
            case UnknownAlgorithms(var zone, _) -> again(zone);
            case ShortKey(var zone) -> again(zone);
            case ManyIterations(var zone, _, _) ->
                "Set the NSEC3 iterations of the zone " + zone + " to 0 (RFC 9276 §3.1) and sign it again.";
            case OptOut(_, var zone) -> "Sign the zone " + zone + " without opt-out.";
        };
    }

    private static String again(String zone) {
        return "Sign the zone " + zone
                + " with keys of algorithm 13 (ECDSAP256SHA256), and then put their DS records in"
                + " place of the old ones in the zone above.";
    }
}
