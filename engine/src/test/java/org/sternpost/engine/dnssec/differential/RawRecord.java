package org.sternpost.engine.dnssec.differential;

import org.xbill.DNS.Compression;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Tokenizer;

/// A record whose data are any octets, also such as its type forbids.
final class RawRecord extends Record {

    private static final long serialVersionUID = 1;

    private final byte[] data;

    RawRecord(Name owner, int type, byte[] data) {
        super(owner, type, DClass.IN, Pen.TTL);
        this.data = data.clone();
    }

    @Override
    protected void rrFromWire(DNSInput in) { throw new UnsupportedOperationException(); }

    @Override
    protected String rrToString() { return "raw " + java.util.HexFormat.of().formatHex(data); }

    @Override
    protected void rdataFromString(Tokenizer text, Name origin) { throw new UnsupportedOperationException(); }

    @Override
    protected void rrToWire(DNSOutput out, Compression names, boolean canonical) { out.writeByteArray(data); }
}
