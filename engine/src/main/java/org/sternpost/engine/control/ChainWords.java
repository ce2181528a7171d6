package org.sternpost.engine.control;

import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryMode;
import org.sternpost.engine.delivery.ModeOutcome;
import org.sternpost.engine.delivery.Probe.Probed;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// What a chain of proof comes to, for someone who never read an RFC.
final class ChainWords {

    private ChainWords() {}

    /// One sentence: what becomes of the mail under `Enabled`, and why.
    static String verdict(Chain chain) {
        String mail = "Mail to " + chain.domain() + " ";
        return switch (chain.under(DeliveryMode.Enabled)) {
            case ModeOutcome.Delivers delivers -> mail + "would be delivered under Enabled: "
                    + reached(chain, delivers, delivers.host().ascii()) + "." + chain.despite(delivers).stream()
                            .findFirst().map(wrong -> " Yet something is wrong: " + wrong.plain() + ".").orElse("");
            case ModeOutcome.Waits waits when waits.failure().isPresent() ->
                mail + "would wait under Enabled: " + waits.failure().get().plain() + ".";
            case ModeOutcome.Waits waits -> mail + "would wait in every mode: " + waits.sentence() + ".";
            case ModeOutcome.Returns(_, var sentence, _) -> mail + "would be returned in every mode: " + sentence + ".";
            case ModeOutcome.Depends(var host) -> mail + "would be delivered under Enabled if " + host.host()
                    + provided(host.enabled()) + "; it was not called.";
        };
    }

    /// What to fix; empty text when nothing is wrong.
    static String remedy(Chain chain) {
        return switch (chain.under(DeliveryMode.Enabled)) {
            case ModeOutcome.Depends _ -> "";
            case ModeOutcome.Delivers delivers ->
                chain.despite(delivers).stream().findFirst().map(Failure::remedy).orElse("");
            case ModeOutcome.Waits waits -> waits.remedy().map(Remedy::words).orElse("");
            case ModeOutcome.Returns returns -> returns.remedy().words();
        };
    }

    /// Who must fix it; empty text when nothing is wrong.
    static String owner(Chain chain) {
        return switch (chain.under(DeliveryMode.Enabled)) {
            case ModeOutcome.Depends _ -> "";
            case ModeOutcome.Delivers delivers ->
                chain.despite(delivers).stream().findFirst().map(wrong -> owner(wrong.owner(), chain)).orElse("");
            case ModeOutcome.Waits waits -> waits.remedy().map(cure -> owner(cure.owner(), chain)).orElse("");
            case ModeOutcome.Returns returns -> owner(returns.remedy().owner(), chain);
        };
    }

    /// What becomes of mail to the domain now.
    ///
    /// @param by what settled the mode in force
    static String today(Chain chain, TlsValidation mode, String by) {
        return switch (chain.under(DeliveryMode.valueOf(mode.name()))) {
            case ModeOutcome.Delivers delivers when delivers.despite().isPresent() ->
                "the mail is delivered all the same: " + by + ", which notes the fault and lets mail pass";
            case ModeOutcome.Delivers _ -> "the mail is delivered: " + by;
            case ModeOutcome.Waits waits ->
                "the mail waits: " + by + "; what is not fixed before it expires is returned"
                        + waits.failure().map(f -> " with " + f.reason().finalCode()).orElse("");
            case ModeOutcome.Returns(var code, _, _) -> "the mail is returned with " + code;
            case ModeOutcome.Depends _ -> by;
        };
    }

    /// Why a mode does what it does, with remedy and owner where there is something to fix.
    static String why(Chain chain, DeliveryMode mode) {
        Optional<Failure> enabled = failure(chain.under(DeliveryMode.Enabled));
        return switch (chain.under(mode)) {
            case ModeOutcome.Delivers delivers -> capital(reached(chain, delivers,
                    delivers.host() + " (" + delivers.address() + ")")) + "."
                    + delivers.despite()
                            .map(f -> " Noted for reports: Enabled would refuse it, " + f.reason().token() + ".")
                            .orElse("");
            case ModeOutcome.Waits waits when mode == DeliveryMode.EnabledMandatory && waits.failure().isPresent()
                    && waits.failure().equals(enabled) ->
                "As under Enabled.";
            case ModeOutcome.Waits waits when waits.failure().isPresent() ->
                capital(waits.failure().get().plain()) + ". Must be fixed by "
                        + owner(waits.failure().get().owner(), chain) + ": " + waits.failure().get().remedy()
                        + " Returned with " + waits.failure().get().reason().finalCode() + " if that comes too late.";
            case ModeOutcome.Waits waits -> capital(waits.sentence()) + "."
                    + waits.remedy().map(cure -> fixed(cure, chain)).orElse("");
            case ModeOutcome.Returns(_, var sentence, var cure) -> capital(sentence) + "." + fixed(cure, chain);
            case ModeOutcome.Depends(var host) -> switch (mode) {
                case Disabled -> "Whatever " + host.host() + " shows satisfies, down to " + floor(chain) + ".";
                case Opportunistic -> host.enabled() instanceof TlsVerdict.Refused
                        ? "As Disabled, with a note for reports: Enabled refuses it."
                        : "As Enabled if " + host.host() + provided(host.enabled())
                                + "; else as Disabled, with a note for reports.";
                case Enabled -> "Delivered if " + host.host() + provided(host.enabled()) + "; else it waits.";
                case EnabledMandatory ->
                    "Delivered if " + host.host() + provided(host.mandatory()) + "; else it waits.";
            };
        };
    }

    /// What a verdict asks of a host.
    static String asked(TlsVerdict verdict) {
        return switch (verdict) {
            case TlsVerdict.Dane dane -> "Its certificate must match " + (dane.usable().size() == 1
                    ? "the TLSA record"
                    : "one of " + dane.usable().size() + " TLSA records") + " of " + dane.base() + " (DANE).";
            case TlsVerdict.Encrypted() -> "TLS is required and nobody authenticated: no TLSA record is usable.";
            case TlsVerdict.Sts(var host, var id) -> "It must show a publicly trusted certificate for " + host
                    + " (MTA-STS policy " + id + ").";
            case TlsVerdict.None() -> "The domain asks for nothing; TLS is used when offered.";
            case TlsVerdict.Refused(var why) -> capital(why.sentence()) + ".";
        };
    }

    static Optional<Failure> failure(ModeOutcome forecast) {
        return forecast instanceof ModeOutcome.Waits waits ? waits.failure() : Optional.empty();
    }

    private static String reached(Chain chain, ModeOutcome.Delivers delivers, String host) {
        return switch (delivers.level()) {
            case Dane -> host + (chain.isHalf(delivers)
                    ? " proves by DANE who it is, though nothing proves that mail to the domain belongs there"
                    : " proves by DANE that it is the right host");
            case MtaSts -> host + " proves itself as the domain's policy (MTA-STS) asks";
            case Authenticated -> host + " proves itself as the connector's TlsSettings ask";
            case Encrypted -> host + " encrypts, and nobody checks who it is" + published(chain, delivers);
            case Plaintext ->
                host + " takes it in clear text, since nothing asks for encryption" + inClear(chain, delivers);
            case None -> host + " takes it";
        };
    }

    /// What the host did at STARTTLS, unless it is said as a fault of its own.
    private static String inClear(Chain chain, ModeOutcome.Delivers delivers) {
        return chain.seen().get(delivers.host()) instanceof Probed probed && probed.broken().isEmpty()
                ? ", and it " + probed.said() + published(chain, delivers)
                : "";
    }

    /// Why nothing is asked of a host that is in order; where something is wrong that is said instead.
    private static String published(Chain chain, ModeOutcome.Delivers delivers) {
        if (!chain.despite(delivers).isEmpty()) return "";
        return chain.hosts().stream().filter(host -> host.host().equals(delivers.host())).findFirst()
                .map(host -> " (DANE: " + host.facts().dane() + "; MTA-STS: "
                        + host.facts().mtaSts() + ")")
                .orElse("");
    }

    private static String provided(TlsVerdict verdict) {
        return switch (verdict) {
            case TlsVerdict.Dane dane -> " shows a certificate that matches its TLSA records (DANE)";
            case TlsVerdict.Encrypted() -> " encrypts";
            case TlsVerdict.Sts _ -> " shows a valid certificate for its name, as the domain's policy (MTA-STS) asks";
            case TlsVerdict.None() -> " answers, for the domain asks for nothing";
            case TlsVerdict.Refused _ -> " were allowed";
        };
    }

    private static String floor(Chain chain) {
        return switch (chain.connector().tls().tlsSettings()) {
            case None -> "clear text";
            case EncryptionOnly -> "encryption without a check of who it is (TlsSettings EncryptionOnly)";
            case CertificateValidation, DomainValidation -> "a publicly trusted certificate (TlsSettings "
                    + chain.connector().tls().tlsSettings() + ")";
        };
    }

    private static String fixed(Remedy cure, Chain chain) {
        return " Must be fixed by " + owner(cure.owner(), chain) + ": " + cure.words();
    }

    private static String owner(Reason.Owner owner, Chain chain) {
        return switch (owner) {
            case OURS, SENDER, SMART_HOST -> owner.words();
            case RECIPIENT -> owner.words() + postmaster(chain);
        };
    }

    private static String postmaster(Chain chain) { return " (postmaster@" + chain.domain() + ")"; }

    /// A sentence may begin with a host name, which keeps its letters.
    private static String capital(String sentence) {
        int end = sentence.indexOf(' ');
        String first = end < 0 ? sentence : sentence.substring(0, end);
        return first.matches("[a-z]+") ? Character.toUpperCase(first.charAt(0)) + sentence.substring(1) : sentence;
    }
}
