package org.sternpost.engine.dnssec.differential;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Rdata;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;

/// What a judge says of a question.
///
/// @param data in words that are the same for both; empty when the question failed
/// @param why  the judge's reason, which is not compared
record Verdict(Status status, String data, String why) {

    enum Status {
        SECURE, INSECURE,
        /// Disproved by DNSSEC.
        BOGUS,
        /// No usable answer, for another reason.
        FAILED
    }

    static Verdict of(Answer answer) {
        return switch (answer) {
            case Answer.Found found -> new Verdict(status(found.status()), words(found.canonical().ascii(),
                    found.records().stream().map(Verdict::words).toList()), "");
            case Answer.NoData none -> new Verdict(status(none.status()), "NODATA", "");
            case Answer.NoSuchName none -> new Verdict(status(none.status()), "NXDOMAIN", "");
            case Answer.Failed failed -> new Verdict(
                    failed.kind() == Answer.Kind.Bogus || failed.kind() == Answer.Kind.Indeterminate
                            ? Status.BOGUS
                            : Status.FAILED,
                    "",
                    failed.kind() + " " + failed.why());
        };
    }

    /// Reads unbound's reply: AD is its word for secure, SERVFAIL for bogus and all other failures.
    static Verdict ofUnbound(Message reply, int type, String why) {
        if (reply.getRcode() == Rcode.SERVFAIL) return new Verdict(Status.BOGUS, "", why);
        return of(reply, type, reply.getHeader().getFlag(Flags.AD) ? Status.SECURE : Status.INSECURE);
    }

    static Verdict of(Message reply, int type, Status status) {
        if (reply.getRcode() == Rcode.NXDOMAIN) return new Verdict(status, "NXDOMAIN", "");
        if (reply.getRcode() != Rcode.NOERROR) return new Verdict(Status.FAILED, "", Rcode.string(reply.getRcode()));
        List<Record> records = reply.getSection(Section.ANSWER).stream().filter(r -> r.getType() == type).toList();
        if (records.isEmpty()) return new Verdict(status, "NODATA", "");
        return new Verdict(status, words(plain(records.getFirst().getName()),
                records.stream().map(Verdict::words).toList()), "");
    }

    boolean failed() { return status == Status.BOGUS || status == Status.FAILED; }

    /// The same answer with the same proof.
    boolean agrees(Verdict other) {
        return failed() ? other.failed() : status == other.status && data.equals(other.data);
    }

    @Override
    public String toString() {
        return status + (data.isEmpty() ? "" : " " + (data.length() > 200 ? data.substring(0, 200) + "..." : data))
                + (why.isEmpty() ? "" : " (" + why + ")");
    }

    private static Status status(org.sternpost.engine.dns.Answer.Status status) {
        return switch (status) {
            case Secure -> Status.SECURE;
            case Insecure -> Status.INSECURE;
        };
    }

    private static String words(String owner, List<String> records) { return owner + " " + new TreeSet<>(records); }

    private static String words(Rdata data) {
        return switch (data) {
            case Rdata.Alias alias -> alias.target().toLowerCase(java.util.Locale.ROOT);
            default -> data.toString();
        };
    }

    private static String words(Record record) {
        return switch (record) {
            case ARecord a -> a.getAddress().getHostAddress();
            case CNAMERecord alias -> plain(alias.getTarget());
            case TXTRecord text -> "\"" + String.join("", text.getStrings()) + "\"";
            case TLSARecord tlsa -> tlsa.getCertificateUsage() + " " + tlsa.getSelector() + " " + tlsa.getMatchingType()
                    + " " + java.util.HexFormat.of().formatHex(tlsa.getCertificateAssociationData());
            case org.xbill.DNS.MXRecord mx -> mx.getPriority() + " " + plain(mx.getTarget());
            default -> record.rdataToString();
        };
    }

    private static String plain(Name name) {
        return Optional.of(name.toString(true)).map(text -> text.toLowerCase(java.util.Locale.ROOT)).orElseThrow();
    }
}
