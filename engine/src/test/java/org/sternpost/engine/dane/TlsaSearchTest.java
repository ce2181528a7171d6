package org.sternpost.engine.dane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.AddressLookup.HostAddresses;

/// Where TLSA records of a host are looked for, and where they must not be (RFC 7672 §2.2).
class TlsaSearchTest {

    private static final String USABLE = "3 1 1 " + "ab".repeat(32);
    private static final String UNUSABLE = "3 1 1 abcd";
    private static final Domain HOST = Domain.of("mx.example.org");

    private final FakeResolver dns = new FakeResolver();
    private final ProofLog proof = new ProofLog();

    private TlsaLookup search(Domain host) {
        return new TlsaSearch(dns).of(host, 25, new AddressLookup(dns).of(host, new ProofLog()), proof);
    }

    private TlsaLookup search() { return search(HOST); }

    private static String asked(TlsaLookup.Failed failed) { return failed.name() + " " + failed.types(); }

    private String conclusion() { return proof.steps().getLast().conclusion(); }

    private FakeResolver signed() { return dns.signed("example.org").a("mx.example.org", "192.0.2.1"); }

    private FakeResolver signedAlias() {
        return dns.signed("example.org", "host.example").alias("mx.example.org", "real.host.example", "192.0.2.1");
    }

    @Test
    void secureRecordsAreFoundAtTheHost() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE, UNUSABLE);
        var found = assertInstanceOf(TlsaLookup.Found.class, search());
        assertEquals(HOST, found.base());
        assertEquals(List.of(USABLE), found.usable().stream().map(Tlsa::toString).toList());
        assertEquals(List.of(USABLE, UNUSABLE + " unusable: a SHA-256 digest has 32 octets, this one 2"),
                found.records().stream().map(TlsaLookup.Judged::toString).toList());
        assertEquals("1 of 2 records count: the certificate must match one.", conclusion());
    }

    @Test
    void recordsOfAnotherPortAreNotAsked() {
        signed().tlsa("_25._tcp.mx.example.org", USABLE);
        var found = new TlsaSearch(dns).of(HOST, 587, new AddressLookup(dns).of(HOST, new ProofLog()), proof);
        assertInstanceOf(TlsaLookup.Absent.class, found);
        assertTrue(dns.wasAsked("_587._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void unusableRecordsAreFoundAllTheSame() {
        signed().tlsa("_25._tcp.mx.example.org", UNUSABLE);
        assertEquals(List.of(), assertInstanceOf(TlsaLookup.Found.class, search()).usable());
        assertEquals("No record is usable: TLS is required, the host cannot be authenticated.", conclusion());
    }

    @Test
    void provenAbsenceAndUnsignedAnswersAreAbsent() {
        signed();
        assertEquals(new TlsaLookup.Absent(Status.Secure, HOST), search());
        assertEquals("No DANE at mx.example.org, proven.", conclusion());
        dns.a("_25._tcp.mx.example.org", "192.0.2.9"); // the name is there, the type is not
        assertEquals(new TlsaLookup.Absent(Status.Secure, HOST), search());
    }

    @Test
    void unsignedRecordsProveNothing() {
        // Below an insecure delegation of _tcp: the address is signed, the records are not.
        var partly = new FakeResolver().signed("mx.example.org").a("mx.example.org", "192.0.2.1");
        var addresses = new AddressLookup(partly).of(HOST, new ProofLog());
        var unsigned = new FakeResolver().tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals(new TlsaLookup.Absent(Status.Insecure, HOST),
                new TlsaSearch(unsigned).of(HOST, 25, addresses, proof));
        assertEquals("Not signed: no DANE at mx.example.org.", conclusion());
        assertEquals(new TlsaLookup.Absent(Status.Insecure, HOST),
                new TlsaSearch(new FakeResolver()).of(HOST, 25, addresses, proof));
    }

    @Test
    void failureIsNeverAbsence() {
        for (Answer.Kind kind : Answer.Kind.values()) {
            signed().fails("_25._tcp.mx.example.org", RecordType.TLSA, kind);
            var failed = assertInstanceOf(TlsaLookup.Failed.class, search());
            assertEquals("_25._tcp.mx.example.org TLSA", asked(failed));
            assertEquals(kind, failed.answer().kind());
            assertEquals("The host may not be used: a failure is no proof of absence.", conclusion());
        }
    }

    @Test
    void insecureAddressesForbidTheQuestion() {
        dns.a("mx.example.org", "192.0.2.1").tlsa("_25._tcp.mx.example.org", USABLE);
        assertTrue(assertInstanceOf(TlsaLookup.NotAsked.class, search()).why().contains("are not signed"));
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
        assertFalse(dns.wasAsked("mx.example.org", RecordType.CNAME), "no alias, so nothing to ask about one");
    }

    @Test
    void failedAddressesFailTheHost() {
        signed().fails("mx.example.org", RecordType.A, Answer.Kind.Bogus);
        assertEquals("mx.example.org A, AAAA", asked(assertInstanceOf(TlsaLookup.Failed.class, search())));
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void hostWithoutAddressIsNotAskedAbout() {
        dns.signed("example.org").txt("mx.example.org", "x");
        assertEquals("mx.example.org has no address", assertInstanceOf(TlsaLookup.NotAsked.class, search()).why());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void expandedNameComesFirstThenTheOriginal() {
        signedAlias().tlsa("_25._tcp.real.host.example", USABLE).tlsa("_25._tcp.mx.example.org", UNUSABLE);
        assertEquals("real.host.example", assertInstanceOf(TlsaLookup.Found.class, search()).base().ascii());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
        dns.forget("_25._tcp.real.host.example", RecordType.TLSA);
        assertEquals(HOST, assertInstanceOf(TlsaLookup.Found.class, search()).base());
        dns.forget("_25._tcp.mx.example.org", RecordType.TLSA);
        assertEquals(new TlsaLookup.Absent(Status.Secure, HOST), search());
    }

    @Test
    void unusableRecordsAtTheExpandedNameHideTheOriginal() {
        signedAlias().tlsa("_25._tcp.real.host.example", UNUSABLE).tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals("real.host.example", assertInstanceOf(TlsaLookup.Found.class, search()).base().ascii());
    }

    @Test
    void errorAtTheExpandedNameStops() {
        signedAlias().fails("_25._tcp.real.host.example", RecordType.TLSA, Answer.Kind.ServFail)
                .tlsa("_25._tcp.mx.example.org", USABLE);
        assertInstanceOf(TlsaLookup.Failed.class, search());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void secureAliasIntoAnInsecureZoneIsABaseName() {
        dns.signed("example.org").alias("mx.example.org", "real.host.example", "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals(HOST, assertInstanceOf(TlsaLookup.Found.class, search()).base());
        assertFalse(dns.wasAsked("_25._tcp.real.host.example", RecordType.TLSA));
        assertEquals("The alias itself is signed: TLSA records at its name are usable.",
                proof.steps().getFirst().conclusion());
        assertEquals("mx.example.org CNAME", ((ProofStep.Asked) proof.steps().getFirst()).question().toString());
    }

    @Test
    void aliasOfUnknownOrNoSecurityIsNoBaseName() {
        dns.alias("mx.example.org", "real.host.example", "192.0.2.1").tlsa("_25._tcp.mx.example.org", USABLE);
        assertTrue(assertInstanceOf(TlsaLookup.NotAsked.class, search()).why().contains("neither the alias"));
        assertEquals("The alias is not proven: no DANE for this host.", conclusion());
        dns.signed("example.org").fails("mx.example.org", RecordType.CNAME, Answer.Kind.Timeout);
        assertEquals("mx.example.org CNAME", asked(assertInstanceOf(TlsaLookup.Failed.class, search())));
        dns.forget("mx.example.org", RecordType.CNAME);
        assertInstanceOf(TlsaLookup.NotAsked.class, search());
        assertFalse(dns.wasAsked("_25._tcp.mx.example.org", RecordType.TLSA));
    }

    @Test
    void nameThatGrowsTooLongIsNotAsked() {
        String longName = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(55);
        dns.signed(longName).a(longName, "192.0.2.1");
        assertTrue(assertInstanceOf(TlsaLookup.NotAsked.class, search(Domain.of(longName))).why()
                .contains("too long for a name"));
        // Of an alias, the shorter name is still asked.
        dns.signed("example.org").alias("mx.example.org", longName, "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals(HOST, assertInstanceOf(TlsaLookup.Found.class, search()).base());
    }

    @Test
    void referenceNamesGrowOnlyByProvenSteps() {
        Domain base = Domain.of("real.host.example");
        Domain hop = Domain.of("example.org");
        Domain expanded = Domain.of("org.example");
        assertEquals(List.of(base, HOST), TlsaSearch.referenceNames(base, HOST, hop, expanded, false));
        assertEquals(List.of(base, HOST, hop, expanded), TlsaSearch.referenceNames(base, HOST, hop, expanded, true));
        assertEquals(List.of(HOST, hop), TlsaSearch.referenceNames(HOST, HOST, hop, hop, true));
        assertEquals(List.of(HOST), TlsaSearch.referenceNames(HOST, HOST, HOST, HOST, true));
    }

    /// What is signed in vain says so, whichever step it is that counts for nothing.
    @Test
    void whatIsSignedInVainIsToldWithItsReason() {
        var why = new Weakness.Sha1Alone("example.org");
        dns.weak("example.org", why).a("mx.example.org", "192.0.2.1");
        var addresses = assertInstanceOf(TlsaLookup.NotAsked.class, search());
        assertEquals("the addresses of mx.example.org are signed in a way that proves nothing: " + why.sentence()
                + " (RFC 7672 §2.2.2)", addresses.why());
        assertEquals(Optional.of(why), addresses.unproven());
        dns.alias("mx.example.org", "real.host.example", "192.0.2.1");
        var alias = assertInstanceOf(TlsaLookup.NotAsked.class, search());
        assertEquals("neither the alias mx.example.org nor its addresses are signed in a way that proves anything: "
                + why.sentence() + " (RFC 7672 §2.2.2)", alias.why());
        assertEquals(Optional.of(why), alias.unproven());
    }

    @Test
    void whereTheAliasItselfIsUnsignedTheReasonIsWhatLiesBehindIt() {
        var why = new Weakness.ShortKey("host.example");
        dns.alias("mx.example.org", "real.host.example", "192.0.2.1");
        var addresses = new HostAddresses(List.of(InetAddress.ofLiteral("192.0.2.1")), Status.Insecure,
                Domain.of("real.host.example"), Optional.empty(), "", Optional.of(why));
        var found = assertInstanceOf(TlsaLookup.NotAsked.class, new TlsaSearch(dns).of(HOST, 25, addresses, proof));
        assertEquals(Optional.of(why), found.unproven());
        assertTrue(found.why().contains(why.sentence()), found.why());
    }

    @Test
    void recordsThatAreSignedInVainAreAbsentForThatReason() {
        var why = new Weakness.Sha1Alone("example.org");
        var partly = new FakeResolver().signed("mx.example.org").a("mx.example.org", "192.0.2.1");
        var addresses = new AddressLookup(partly).of(HOST, new ProofLog());
        var unsigned = new FakeResolver().weak("example.org", why).tlsa("_25._tcp.mx.example.org", USABLE);
        assertEquals(Optional.of(why), new TlsaSearch(unsigned).of(HOST, 25, addresses, proof).unproven());
        assertEquals("Proves nothing: no DANE at mx.example.org.", conclusion());
    }
}
