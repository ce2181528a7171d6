/// Proves answers of the DNS by the signatures of DNSSEC, or trusts a resolver on this machine that does.
///
/// Implements [RFC 4035](https://www.rfc-editor.org/rfc/rfc4035) §5 with RFC 5155 (NSEC3), RFC 6840
/// (clarifications), RFC 4509 (digests), RFC 9276 (NSEC3 iterations) and RFC 9905 (the end of RSA with SHA-1).
/// dnsjava reads messages, puts records into canonical form and verifies one signature with one key, but for ECDSA
/// ([Ecdsa]); each decision is here.
///
/// How an answer is proven, in the order of the code:
///
/// 1. [LocalValidation] asks. [LocalValidation.Work] bounds what one question may cost: time, queries, signatures,
///    hashes. [Trouble.NoVerdictException] says that a bound was met or no answer came, and whose fault that is.
/// 2. [DnssecProof] follows the [DnsReply] from the name asked for over each CNAME and DNAME to the records, or to
///    their absence. It looks at nothing else and passes nothing else on, so what a forger adds has no effect. Each
///    step comes to a [DnssecProof.Verdict]: secure, insecure because ..., or bogus because ...; the answer is as good
///    as its worst step.
/// 3. For each step [Zones] walks from the trust anchor down to the zone that signed it. At each label it asks for
///    DS: somebody vouches for keys (then the DNSKEY set must be signed by one of them: [Keys]), it is proven that
///    nobody does (unsigned from here on), or no zone begins there. What it finds is a [Zones.ZoneState], kept while
///    its records live; what is broken is not kept. What several need at once is asked for once. If a proof fails by
///    what was kept, it is made once more from the start.
/// 4. [Signatures] tries each signature of the zone with each key that fits, until one holds. It tells whether a
///    wildcard made the records. [VerifiedSignatures] computes each but once; whether it counts is judged each time.
/// 5. [Absence] is asked in three places: a negative end, a delegation without DS, and records that a wildcard
///    made. It goes by names ([Absence.NamesAbsent]) or by hashes ([HashesAbsent]). Where a zone leaves it open
///    (opt-out, too many iterations) the step is insecure, and only where the zone has signed that very record.
///
/// What is insecure must be proven to be: an answer without a signature counts only below a delegation that is
/// proven to be unsigned. That is what makes stripping signatures useless.
///
/// Left out: trust anchors that renew themselves (RFC 5011, but for revoked keys), since a new root key is a new
/// line in a file; and answers that are made from proofs seen before.
///
/// [ResolverValidation] believes a resolver instead; [ResolverCheck] finds out whether servers may be trusted.
/// Knows keys and replies; knows no mail.
@NullMarked
package org.sternpost.engine.dnssec;

import org.jspecify.annotations.NullMarked;
