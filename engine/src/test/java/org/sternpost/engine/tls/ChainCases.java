package org.sternpost.engine.tls;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.sternpost.engine.dane.Tlsa;

/// Makes cases by a seed: each case by its own number, so that one can be made again alone.
final class ChainCases {

    static final List<String> NAMES = List.of("mx.example.org", "example.org", "mx.xn--bcher-kva.example");
    private static final int PKIX_SHARE = 12; // one case of so many is for PKIX

    private final long seed;
    private final Keys keys = new Keys();

    ChainCases(long seed) { this.seed = seed; }

    ChainCase make(long number) {
        var chance = new Random(seed * 1_000_003 + number);
        var tags = new LinkedHashSet<String>();
        var drafts = drafts(chance);
        var changes = new Changes(chance, keys, tags);
        for (int i = chance.nextInt(4); i > 0; i--)
            changes.change(drafts, chance.nextInt(drafts.size()));
        var path = signed(drafts);
        var chain = new ArrayList<>(path);
        crossSigned(chance, drafts, chain, tags);
        present(chance, path, chain, tags);
        List<String> names = List.of(NAMES.get(0), NAMES.get(1)).subList(0, 1 + chance.nextInt(2));
        if (chance.nextInt(20) == 0) names = NAMES.subList(2, 3);
        if (number % PKIX_SHARE == 0)
            return new ChainCase(number, chain, List.of(), anchors(chance, path, tags), names.subList(0, 1),
                    ChainCase.NOW, tags);
        return new ChainCase(number, chain, records(chance, path, tags), List.of(), names, ChainCase.NOW, tags);
    }

    /// The host's own first, then its issuers up to the root.
    private List<Draft> drafts(Random chance) {
        var drafts = new ArrayList<Draft>();
        int depth = 1 + chance.nextInt(4);
        for (int i = 0; i < depth; i++) {
            var draft = new Draft(new X500Name("O=CA,CN=" + (i == depth - 1 ? "root" : "ca " + i)),
                    keys.usual(chance));
            draft.with(Extension.basicConstraints, true, new BasicConstraints(true));
            drafts.add(draft);
        }
        var host = new Draft(new X500Name("CN=host"), keys.usual(chance));
        Changes.alternatives(host, NAMES.get(0), NAMES.get(2));
        drafts.addFirst(host);
        return drafts;
    }

    private static List<byte[]> signed(List<Draft> drafts) {
        var path = new ArrayList<byte[]>();
        for (int i = 0; i < drafts.size(); i++)
            path.add(drafts.get(i).by(drafts.get(Math.min(i + 1, drafts.size() - 1))));
        return path;
    }

    private void crossSigned(Random chance, List<Draft> drafts, List<byte[]> chain, Set<String> tags) {
        if (drafts.size() < 3 || chance.nextInt(6) != 0) return;
        tags.add("cross-signed");
        int at = 1 + chance.nextInt(drafts.size() - 1);
        var other = new Draft(new X500Name("CN=other root"), keys.usual(chance));
        other.with(Extension.basicConstraints, true, new BasicConstraints(true));
        byte[] cross = drafts.get(at).by(other);
        if (chance.nextBoolean()) chain.set(at, cross);
        else
            chain.add(1 + chance.nextInt(chain.size()), cross);
        if (chance.nextBoolean()) chain.add(other.by(other));
    }

    private static void present(Random chance, List<byte[]> path, List<byte[]> chain, Set<String> tags) {
        switch (chance.nextInt(10)) {
            case 0 -> {
                tags.add("no root");
                chain.removeIf(one -> one == path.getLast() && chain.getFirst() != one);
            }
            case 1 -> {
                tags.add("one missing");
                if (chain.size() > 1) chain.remove(1 + chance.nextInt(chain.size() - 1));
            }
            case 2 -> {
                tags.add("disordered");
                Collections.shuffle(chain.subList(1, chain.size()), chance);
            }
            case 3 -> {
                tags.add("duplicated");
                chain.add(1 + chance.nextInt(chain.size()), chain.get(chance.nextInt(chain.size())));
            }
            case 4 -> {
                tags.add("reversed");
                Collections.reverse(chain.subList(1, chain.size()));
            }
            case 5 -> {
                if (chance.nextInt(4) == 0) {
                    tags.add("alone");
                    chain.subList(1, chain.size()).clear();
                }
            }
            default -> {
                // As it should be.
            }
        }
    }

    private List<byte[]> anchors(Random chance, List<byte[]> path, Set<String> tags) {
        var anchors = new ArrayList<byte[]>();
        int at = chance.nextInt(8);
        if (at < 5) {
            anchors.add(path.getLast());
        } else if (at == 5) {
            tags.add("anchor within");
            anchors.add(path.get(chance.nextInt(path.size())));
        } else {
            tags.add("anchor foreign");
        }
        var other = new Draft(new X500Name("CN=stranger"), keys.usual(chance));
        other.with(Extension.basicConstraints, true, new BasicConstraints(true));
        anchors.add(other.by(other));
        return anchors;
    }

    private static List<Tlsa> records(Random chance, List<byte[]> path, Set<String> tags) {
        var records = new ArrayList<Tlsa>();
        for (int i = 1 + chance.nextInt(3); i > 0; i--) {
            int usage = pick(chance, 2, 2, 2, 2, 2, 3, 3, 0, 1, 4);
            int selector = pick(chance, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2);
            int matching = pick(chance, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3);
            boolean right = chance.nextInt(4) > 0;
            int at = usage == 3 ? 0 : path.size() - 1 - (chance.nextInt(3) == 0 ? chance.nextInt(path.size()) : 0);
            byte[] data = data(path.get(at), selector, matching);
            if (!right && chance.nextBoolean()) {
                data[8 + chance.nextInt(Math.min(data.length, 256) - 8)] ^= 1;
                tags.add("digest wrong");
            } else if (!right && chance.nextInt(3) == 0) {
                data = Arrays.copyOf(data, data.length - 1);
                tags.add("data short");
            }
            records.add(new Tlsa(usage, selector, matching, data));
            tags.add("tlsa " + usage + " " + selector + " " + matching);
        }
        return List.copyOf(records);
    }

    private static byte[] data(byte[] der, int selector, int matching) {
        try {
            byte[] selected = der;
            if (selector == 1) {
                var whole = org.bouncycastle.asn1.ASN1Sequence.getInstance(Arrays.copyOf(der, der.length));
                var inner = org.bouncycastle.asn1.ASN1Sequence.getInstance(whole.getObjectAt(0));
                int version = inner.getObjectAt(0) instanceof org.bouncycastle.asn1.ASN1TaggedObject ? 1 : 0;
                selected = SubjectPublicKeyInfo.getInstance(inner.getObjectAt(version + 5)).getEncoded();
            }
            return switch (matching) {
                case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case 2 -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> selected.clone();
            };
        } catch (Exception trailing) {
            return new byte[32];
        }
    }

    static int pick(Random chance, int... of) { return of[chance.nextInt(of.length)]; }
}
