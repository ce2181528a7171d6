/// Signs mail that the gateway itself writes, so that its reports are believed.
///
/// Implements the signer of [RFC 6376](https://www.rfc-editor.org/rfc/rfc6376) with relaxed canonicalization, and the
/// Ed25519 keys of RFC 8463. Left out: verifying, `l=`, `z=`, simple canonicalization, SHA-1.
/// Start at [DkimSigner]; the keys are in [DkimKeys]. Knows octets, keys and their files; knows no DNS and no queue.
@NullMarked
package org.sternpost.engine.dkim;

import org.jspecify.annotations.NullMarked;
