package org.sternpost.engine.tls;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/// What may be odd about one certificate of a chain.
final class Changes {

    private static final ASN1ObjectIdentifier FOREIGN = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
    private static final KeyPurposeId[] PURPOSES = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage,
            KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_emailProtection, KeyPurposeId.id_kp_codeSigning};
    private static final String[] DNS_NAMES = {"mx.example.org", "MX.Example.Org", "*.example.org", "*.org", "*",
            "m*.example.org", "*x.example.org", "example.org", "a.mx.example.org", "*.mx.example.org", "mx.example.net",
            "mx.xn--bcher-kva.example", "*.xn--bcher-kva.example", "xn--mx-abc.example.org", "mx.example.org."};
    private static final String[] DNS_BASES = {"", "org", "example.org", ".example.org", "mx.example.org", "net",
            "EXAMPLE.ORG", "xample.org", "xn--bcher-kva.example", "a.mx.example.org"};

    private final Random chance;
    private final Keys keys;
    private final Set<String> tags;

    Changes(Random chance, Keys keys, Set<String> tags) {
        this.chance = chance;
        this.keys = keys;
        this.tags = tags;
    }

    static void alternatives(Draft draft, String... names) {
        draft.with(Extension.subjectAlternativeName, false, new GeneralNames(Arrays.stream(names)
                .map(name -> new GeneralName(GeneralName.dNSName, name)).toArray(GeneralName[]::new)));
    }

    /// Changes one thing of the certificate at a place; 0 is the host's own.
    void change(List<Draft> drafts, int at) {
        Draft one = drafts.get(at);
        String where = at == 0 ? "leaf " : at == drafts.size() - 1 ? "root " : "ca ";
        switch (chance.nextInt(20)) {
            case 0 -> dates(one, where);
            case 1 -> basic(one, where);
            case 2 -> {
                tags.add(where + "key usage");
                one.with(Extension.keyUsage, chance.nextBoolean(), new KeyUsage(ChainCases.pick(chance,
                        KeyUsage.digitalSignature, KeyUsage.keyEncipherment, KeyUsage.keyAgreement,
                        KeyUsage.keyCertSign, KeyUsage.keyCertSign | KeyUsage.cRLSign, KeyUsage.nonRepudiation,
                        KeyUsage.digitalSignature | KeyUsage.keyCertSign)));
            }
            case 3, 4 -> purposes(one, where);
            case 5, 6, 7 -> limits(drafts.get(Math.max(1, at)));
            case 8, 9, 10 -> names(drafts.getFirst());
            case 11 -> {
                tags.add(where + "key " + "rare");
                one.keys = keys.rare(chance);
            }
            case 12 -> algorithm(drafts, Math.min(at, drafts.size() - 2), where);
            case 13 -> {
                tags.add(where + "forged");
                one.forger = keys.usual(chance);
            }
            case 14 -> {
                tags.add(where + "version 1");
                one.versionOne = true;
            }
            case 15 -> {
                boolean critical = chance.nextBoolean();
                tags.add(where + (critical ? "critical" : "foreign") + " extension");
                one.raw(FOREIGN, critical, new byte[]{4, 0});
            }
            case 16 -> {
                tags.add(where + "unreadable extension");
                one.raw(List.of(Extension.basicConstraints, Extension.keyUsage, Extension.extendedKeyUsage,
                        Extension.nameConstraints, Extension.subjectAlternativeName).get(chance.nextInt(5)),
                        chance.nextBoolean(), chance.nextBoolean() ? new byte[]{0x30, 5} : new byte[]{2, 1, 1});
            }
            case 17 -> serial(one, where);
            case 18 -> encoding(drafts, at, where);
            default -> selfIssued(drafts, at);
        }
    }

    private void dates(Draft one, String where) {
        tags.add(where + "dates");
        switch (chance.nextInt(5)) {
            case 0 -> one.until = ChainCase.NOW.minusSeconds(1);
            case 1 -> one.from = ChainCase.NOW.plusSeconds(1);
            case 2 -> one.until = ChainCase.NOW;
            case 3 -> one.from = ChainCase.NOW;
            default -> one.until = ChainCase.NOW.plus(Duration.ofDays(36_500));
        }
    }

    private void basic(Draft one, String where) {
        tags.add(where + "basic constraints");
        switch (chance.nextInt(5)) {
            case 0 -> one.extensions.remove(Extension.basicConstraints);
            case 1 -> one.with(Extension.basicConstraints, true, new BasicConstraints(false));
            case 2 -> {
                one.extensions.remove(Extension.basicConstraints);
                one.with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            }
            default -> one.with(Extension.basicConstraints, chance.nextBoolean(),
                    new BasicConstraints(chance.nextInt(3)));
        }
    }

    private void purposes(Draft one, String where) {
        var some = new KeyPurposeId[1 + chance.nextInt(2)];
        for (int i = 0; i < some.length; i++)
            some[i] = PURPOSES[chance.nextInt(PURPOSES.length)];
        List<KeyPurposeId> all = List.of(some);
        // Only what stands for servers without saying so may be read either way.
        boolean open = all.contains(KeyPurposeId.anyExtendedKeyUsage) && !all.contains(KeyPurposeId.id_kp_serverAuth);
        tags.add(where + (open ? "any purpose" : "purposes"));
        one.with(Extension.extendedKeyUsage, chance.nextBoolean(), new ExtendedKeyUsage(some));
    }

    private void limits(Draft one) {
        tags.add("constraints");
        var trees = new GeneralSubtree[1 + chance.nextInt(2)];
        for (int i = 0; i < trees.length; i++)
            trees[i] = tree();
        boolean permits = chance.nextBoolean();
        one.with(Extension.nameConstraints, chance.nextBoolean(),
                new NameConstraints(permits ? trees : null, permits ? null : trees));
    }

    private GeneralSubtree tree() {
        GeneralName base = switch (chance.nextInt(8)) {
            case 0 -> new GeneralName(new X500Name(new RDN[0]));
            case 1 -> new GeneralName(new X500Name(chance.nextBoolean() ? "O=CA" : "CN=host"));
            case 2 -> new GeneralName(GeneralName.iPAddress, new DEROctetString(chance.nextBoolean()
                    ? new byte[]{(byte) 192, 0, 2, 0, -1, -1, -1, 0}
                    : new byte[]{0, 0, 0, 0, 0, 0, 0, 0}));
            case 3 -> new GeneralName(GeneralName.rfc822Name, chance.nextBoolean() ? "example.org" : ".example.org");
            default -> new GeneralName(GeneralName.dNSName, DNS_BASES[chance.nextInt(DNS_BASES.length)]);
        };
        if (chance.nextInt(30) == 0) {
            tags.add("minimum");
            return new GeneralSubtree(base, BigInteger.ONE, null);
        }
        return new GeneralSubtree(base);
    }

    private void names(Draft host) {
        tags.add("names");
        host.subject = switch (chance.nextInt(4)) {
            case 0 -> new X500Name("CN=" + DNS_NAMES[chance.nextInt(2)]);
            case 1 -> new X500Name("CN=mx.example.org+OU=x,O=CA");
            case 2 -> new X500Name(new RDN[0]);
            default -> host.subject;
        };
        var all = new ArrayList<GeneralName>();
        for (int i = chance.nextInt(4); i > 0; i--)
            all.add(new GeneralName(GeneralName.dNSName, DNS_NAMES[chance.nextInt(DNS_NAMES.length)]));
        switch (chance.nextInt(8)) {
            case 0 -> all.add(new GeneralName(GeneralName.iPAddress, "192.0.2.1"));
            case 1 -> all.add(new GeneralName(GeneralName.rfc822Name, "me@mail.example.org"));
            case 2 -> all.add(new GeneralName(new X500Name("O=CA,CN=x")));
            case 3 -> all.add(new GeneralName(GeneralName.registeredID, "1.2.3.4"));
            case 4 -> all.add(new GeneralName(GeneralName.uniformResourceIdentifier, "https://mx.example.org/"));
            default -> {
                // DNS names alone.
            }
        }
        if (all.isEmpty()) host.extensions.remove(Extension.subjectAlternativeName);
        else
            host.with(Extension.subjectAlternativeName, chance.nextInt(4) == 0,
                    new GeneralNames(all.toArray(GeneralName[]::new)));
    }

    private void algorithm(List<Draft> drafts, int at, String where) {
        Draft issuer = drafts.get(at + 1);
        boolean rsa = chance.nextBoolean();
        if (rsa) issuer.keys = keys.rsa.get(chance.nextInt(keys.rsa.size()));
        String[] choice = rsa
                ? new String[]{"MD5withRSA", "SHA1withRSA", "SHA224withRSA", "SHA512withRSA", "SHA1withRSAandMGF1",
                        "SHA256withRSAandMGF1"}
                : new String[]{"SHA1withECDSA", "SHA224withECDSA", "SHA384withECDSA", "SHA512withECDSA"};
        drafts.get(at).algorithm = choice[chance.nextInt(choice.length)];
        tags.add(where + drafts.get(at).algorithm);
    }

    private void serial(Draft one, String where) {
        tags.add(where + "serial");
        one.serial = switch (chance.nextInt(4)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> BigInteger.valueOf(-5);
            case 2 -> BigInteger.ONE.shiftLeft(400);
            default -> BigInteger.ONE.shiftLeft(159);
        };
    }

    private void encoding(List<Draft> drafts, int at, String where) {
        Draft one = drafts.get(at);
        switch (chance.nextInt(7)) {
            case 0 -> {
                tags.add(where + "generalized time");
                one.generalizedTime = true;
            }
            case 1 -> {
                tags.add(where + "trailing octet");
                one.trailing = true;
            }
            case 2 -> {
                tags.add(where + "issuer in capitals");
                if (at + 1 < drafts.size())
                    one.issuerName = new X500Name(new RDN[]{
                            new RDN(BCStyle.O, new DERUTF8String("ca")),
                            new RDN(BCStyle.CN,
                                    new DERUTF8String(" " + cn(drafts.get(at + 1)).toUpperCase(Locale.ROOT)))});
            }
            case 3 -> {
                tags.add(where + "issuer of other strings");
                if (at + 1 < drafts.size())
                    one.issuerName = new X500Name(new RDN[]{
                            new RDN(BCStyle.O, new DERT61String("CA")),
                            new RDN(BCStyle.CN, new DERBMPString(cn(drafts.get(at + 1))))});
            }
            case 4 -> {
                tags.add(where + "issuer empty");
                one.issuerName = new X500Name(new RDN[0]);
            }
            case 5 -> {
                tags.add(where + "subject odd");
                one.subject = new X500Name(new RDN[]{new RDN(BCStyle.CN, new DERUTF8String("ca \u00fc\u0000x"))});
            }
            default -> {
                tags.add(where + "subject long");
                one.subject = new X500Name(new RDN[]{new RDN(BCStyle.CN, new DERUTF8String("x".repeat(300)))});
            }
        }
    }

    private static String cn(Draft draft) {
        RDN[] parts = draft.subject.getRDNs(BCStyle.CN);
        return parts.length == 0 ? "" : parts[0].getFirst().getValue().toString();
    }

    private void selfIssued(List<Draft> drafts, int at) {
        if (at == 0 || at + 1 >= drafts.size()) return;
        tags.add("self-issued");
        drafts.get(at).subject = drafts.get(at + 1).subject;
    }
}
