package org.sternpost.engine.certificate;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;

/// One subtree of a name constraint, and the names within it (RFC 5280 §4.2.1.10).
sealed interface Subtree {

    /// The kind of name, as [GeneralName] numbers them.
    int kind();

    /// True if the name, which is of the subtree's kind, lies within it.
    boolean holds(GeneralName name);

    /// True if the name may stand for one within it: what an exclusion must forbid.
    default boolean mayTouch(GeneralName name) { return holds(name); }

    static Subtree of(GeneralSubtree tree) {
        // RFC 5280 §4.2.1.10: minimum is zero and maximum absent; what else they might mean is not known.
        boolean plain = tree.getMaximum() == null
                && (tree.getMinimum() == null || tree.getMinimum().equals(BigInteger.ZERO));
        GeneralName base = tree.getBase();
        if (!plain) return new Unknown(base.getTagNo());
        return switch (base.getTagNo()) {
            case GeneralName.dNSName -> new Dns(text(base));
            case GeneralName.directoryName -> new Directory(X500Name.getInstance(base.getName()));
            case GeneralName.iPAddress -> {
                byte[] range = ASN1OctetString.getInstance(base.getName()).getOctets();
                yield range.length == 8 || range.length == 32 ? new Address(range) : new Unknown(base.getTagNo());
            }
            case GeneralName.rfc822Name -> new Mailbox(text(base));
            case GeneralName.uniformResourceIdentifier -> new Uri(text(base));
            default -> new Unknown(base.getTagNo());
        };
    }

    private static String text(GeneralName name) {
        String text = name.getName().toString().toLowerCase(Locale.ROOT);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /// True if `host` is `base` or below it; the empty base is above all. A base with a leading dot, which the RFC
    /// knows for other kinds of names alone, is above its subdomains and not above itself, as all read it.
    private static boolean isBelow(String host, String base) {
        if (base.isEmpty()) return true;
        if (base.startsWith(".")) return host.endsWith(base);
        return host.equals(base) || host.endsWith("." + base);
    }

    record Dns(String base) implements Subtree {
        @Override
        public int kind() { return GeneralName.dNSName; }

        @Override
        public boolean holds(GeneralName name) { return isBelow(text(name), base); }

        /// A wildcard stands for hosts of which one may be excluded: it promises what its authority may not.
        @Override
        public boolean mayTouch(GeneralName name) {
            String host = text(name);
            if (!host.startsWith("*.")) return holds(name);
            String parent = host.substring(1);
            return holds(name) || base.endsWith(parent) && base.indexOf('.', 1) == base.length() - parent.length();
        }
    }

    record Directory(X500Name base) implements Subtree {
        @Override
        public int kind() { return GeneralName.directoryName; }

        /// The base is a prefix of the name, part by part (RFC 5280 §7.1); the empty base is one of every name.
        @Override
        public boolean holds(GeneralName name) {
            RDN[] parts = X500Name.getInstance(name.getName()).getRDNs();
            int length = base.getRDNs().length;
            return parts.length >= length && new X500Name(Arrays.copyOf(parts, length)).equals(base);
        }
    }

    /// @param base address and mask
    record Address(byte[] base) implements Subtree {
        @Override
        public int kind() { return GeneralName.iPAddress; }

        @Override
        public boolean holds(GeneralName name) {
            byte[] address = ASN1OctetString.getInstance(name.getName()).getOctets();
            if (address.length * 2 != base.length) return false;
            for (int i = 0; i < address.length; i++)
                if (((address[i] ^ base[i]) & base[address.length + i]) != 0) return false;
            return true;
        }

        /// What is no address is not known to lie outside.
        @Override
        public boolean mayTouch(GeneralName name) {
            int length = ASN1OctetString.getInstance(name.getName()).getOctets().length;
            return holds(name) || length != 4 && length != 16;
        }
    }

    record Mailbox(String base) implements Subtree {
        @Override
        public int kind() { return GeneralName.rfc822Name; }

        /// A whole mailbox, all mailboxes of one host, or of all hosts below a domain.
        @Override
        public boolean holds(GeneralName name) {
            String mailbox = name.getName().toString();
            int at = mailbox.lastIndexOf('@');
            String host = mailbox.substring(at + 1).toLowerCase(Locale.ROOT);
            int baseAt = base.lastIndexOf('@');
            if (baseAt > 0) return mailbox.toLowerCase(Locale.ROOT).equals(base);
            if (base.isEmpty()) return true;
            return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
        }
    }

    record Uri(String base) implements Subtree {
        @Override
        public int kind() { return GeneralName.uniformResourceIdentifier; }

        /// The host of the address, or all hosts below a domain.
        @Override
        public boolean holds(GeneralName name) {
            String host = name.getName().toString().toLowerCase(Locale.ROOT)
                    .replaceFirst("^[a-z][a-z0-9+.-]*://([^/@?#]*@)?([^/:?#]*).*$", "$2");
            if (base.isEmpty()) return true;
            return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
        }
    }

    /// A kind of name that is not known here: RFC 5280 §6.1.4 (g), then every name of that kind is forbidden.
    record Unknown(int kind) implements Subtree {
        @Override
        public boolean holds(GeneralName name) { return false; }

        @Override
        public boolean mayTouch(GeneralName name) { return true; }
    }
}
