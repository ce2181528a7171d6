package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

class TallyTest {

    @Test
    void eachMechanismThatSpokeGetsItsOwnPolicy() {
        assertEquals("no-policy-found ok", seen(Sessions.good()));
        assertEquals("tlsa ok", seen(Sessions.good().tlsa(Sessions.RECORD)));
        assertEquals("sts ok", seen(Sessions.good().sts("enforce")));
        var both = Sessions.good().tlsa(Sessions.RECORD).sts("enforce");
        assertEquals("tlsa ok, sts ok", seen(both));
        assertEquals("tlsa ok, sts failed certificate-not-trusted",
                seen(both.stsFails(Reason.CERTIFICATE_NOT_TRUSTED)));
        assertEquals("tlsa failed validation-failure, sts ok",
                seen(both.refused(Reason.TLSA_INVALID).achieved(Level.Encrypted)));
        assertEquals("tlsa failed starttls-not-supported, sts failed starttls-not-supported",
                seen(both.refused(Reason.STARTTLS_NOT_SUPPORTED)));
        assertEquals("sts failed validation-failure", seen(both.refused(Reason.STS_MX_MISMATCH).notDialled()));
        assertEquals("tlsa failed dnssec-invalid",
                seen(Sessions.good().sts("enforce").refused(Reason.DNSSEC_INVALID).notDialled()));
        assertEquals("tlsa ok tlsa-invalid, sts ok", seen(Sessions.good().unusableTlsa().sts("enforce")));
        assertEquals("tlsa ok tlsa-invalid, sts failed certificate-expired",
                seen(Sessions.good().unusableTlsa().sts("enforce").refused(Reason.CERTIFICATE_EXPIRED)));
        assertEquals("tlsa failed starttls-not-supported tlsa-invalid",
                seen(Sessions.good().unusableTlsa().refused(Reason.STARTTLS_NOT_SUPPORTED)));
    }

    @Test
    void testingPolicyTellsWhatWouldHaveFailed() {
        var testing = Sessions.good().sts("testing");
        assertEquals("sts ok", seen(testing));
        assertEquals("sts failed certificate-not-trusted", seen(testing.stsFails(Reason.CERTIFICATE_NOT_TRUSTED)));
        assertEquals("sts failed certificate-expired", seen(testing.stsFails(Reason.CERTIFICATE_EXPIRED)));
        assertEquals("sts failed validation-failure", seen(testing.note(Reason.STS_MX_MISMATCH)));
        assertEquals("sts failed starttls-not-supported", seen(testing.achieved(Level.Plaintext)));
        assertEquals("sts ok sts-policy-fetch-error", seen(testing.note(Reason.STS_POLICY_FETCH_ERROR)));
    }

    @Test
    void whatWasNotLookedUpOrIsOurOwnWishIsNotReported() {
        assertEquals("", seen(Sessions.good().mode(TlsValidation.Disabled).pass(2)));
        assertEquals("", seen(Sessions.good().achieved(Level.None)));
        assertEquals("", seen(Sessions.good().refused(Reason.STS_REQUIRED)));
    }

    /// What we could not know is neither a failure of theirs nor a success.
    @Test
    void ourOwnTroubleStandsInNoReport() {
        for (Reason reason : List.of(Reason.LOCAL_DNS, Reason.LOCAL_TLS, Reason.LOCAL)) {
            assertEquals("", seen(Sessions.good().tlsa(Sessions.RECORD).sts("enforce").refused(reason)));
            assertEquals("", seen(Sessions.good().note(reason)));
        }
    }

    @Test
    void brokenHandshakeIsAFailedSessionThoughNothingRequiredIt() {
        var broken = new TlsSession(Sessions.good().achieved(Level.None).evidence(), Optional.empty(),
                Optional.of(new Failure(Reason.VALIDATION_FAILURE, "no common version", "")));
        Tally tally = Tally.of(Sessions.RECIPIENT, broken).getFirst();
        assertEquals(PolicyType.NO_POLICY_FOUND, tally.policy().type());
        assertEquals(List.of(new Tally.Told(ResultType.VALIDATION_FAILURE, "no common version")), tally.details());
        assertEquals(true, tally.failed());
    }

    @Test
    void everyReasonHasAWordOrNone() {
        for (Reason reason : Reason.values())
            ResultType.of(reason).ifPresent(type -> assertEquals(Optional.of(type), ResultType.of(type.token())));
    }

    @Test
    void eventsOfTheVectorsLeaveTheirResultTypes() throws Exception {
        Vectors.run("tlsrpt/result-types.json", "events", one -> {
            if (one.text("id").equals("report-session")) return ownSession();
            String result = one.text("result_type");
            String type = one.text("policy_type").replace("any", "no-policy-found");
            String expected = switch (result) {
                case "success count" -> type + " ok";
                // The rule of the source: the unusable records are told of, the session went well.
                case "tlsa-invalid" -> type + " ok tlsa-invalid";
                // Under mode none no policy holds, so the session is one without.
                case "not reported" -> "no-policy-found ok";
                default -> type + " failed " + result;
            };
            String seen = event(one.text("id")).map(TallyTest::seen).orElse("no evidence of such an event");
            return seen.equals(expected) ? "" : seen;
        });
    }

    /// A session that carries a report is not counted at all: not even the database is looked at.
    private static String ownSession() throws Exception {
        var untouched = (Connection) Proxy.newProxyInstance(TallyTest.class.getClassLoader(),
                new Class<?>[]{Connection.class}, (_, method, _) -> {
                    throw new IllegalStateException("it is counted: " + method.getName());
                });
        var nobody = (Database) Proxy.newProxyInstance(TallyTest.class.getClassLoader(), new Class<?>[]{Database.class},
                (_, method, _) -> {
                    throw new IllegalStateException("it is counted: " + method.getName());
                });
        Aggregates.count(nobody, Sessions.message(ReportMail.CLIENT), true, new AttemptResult(Map.of(), List.of(),
                List.of(Sessions.good().refused(Reason.VALIDATION_FAILURE).opening()))).on(untouched);
        return "";
    }

    /// The evidence that the event of a case leaves.
    private static Optional<Sessions> event(String id) {
        var dane = Sessions.good().tlsa(Sessions.RECORD);
        var sts = Sessions.good().sts("enforce");
        return Optional.ofNullable(switch (id) {
            case "starttls-missing-sts" -> sts.refused(Reason.STARTTLS_NOT_SUPPORTED);
            case "starttls-missing-dane" -> dane.refused(Reason.STARTTLS_NOT_SUPPORTED);
            case "cert-expired-sts" -> sts.refused(Reason.CERTIFICATE_EXPIRED);
            case "cert-host-mismatch-sts" -> sts.refused(Reason.CERTIFICATE_HOST_MISMATCH);
            case "cert-untrusted-sts" -> sts.refused(Reason.CERTIFICATE_NOT_TRUSTED);
            case "cert-expired-dane-ta" -> dane.refused(Reason.CERTIFICATE_EXPIRED);
            case "cert-host-mismatch-dane-ta" -> dane.refused(Reason.CERTIFICATE_HOST_MISMATCH);
            case "tlsa-servfail", "tlsa-bogus" -> Sessions.good().refused(Reason.DNSSEC_INVALID);
            case "tlsa-all-unusable" -> Sessions.good().unusableTlsa().achieved(Level.Encrypted);
            case "dane-required-no-tlsa" -> Sessions.good().refused(Reason.DANE_REQUIRED);
            case "sts-fetch-404", "sts-fetch-500", "sts-fetch-redirect", "sts-fetch-timeout" ->
                Sessions.good().note(Reason.STS_POLICY_FETCH_ERROR);
            case "sts-policy-syntax" -> Sessions.good().note(Reason.STS_POLICY_INVALID);
            case "sts-webpki" -> Sessions.good().note(Reason.STS_WEBPKI_INVALID);
            case "tls-version", "tls-not-tls" -> Sessions.good().refused(Reason.VALIDATION_FAILURE);
            case "cached-none-refetch" -> Sessions.good().sts("none").note(Reason.STS_POLICY_FETCH_ERROR);
            case "success-dane" -> dane;
            case "success-sts" -> sts;
            case "success-none" -> Sessions.good();
            default -> null;
        });
    }

    private static String seen(Sessions session) {
        return Tally.of(Sessions.RECIPIENT, session.opening()).stream()
                .map(tally -> tally.policy().type().token() + (tally.failed() ? " failed" : " ok")
                        + tally.details().stream().map(told -> " " + told.type().token())
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(", "));
    }
}
