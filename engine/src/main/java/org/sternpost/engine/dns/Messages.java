package org.sternpost.engine.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.VisibleText;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Turns questions into messages and messages into answers; the one place that knows dnsjava's records.
public final class Messages {

    private static final int ALIASES_MAX = 10; // RFC 1034 §3.6.2 asks for a limit and names none

    private Messages() {}

    /// The query for a question, with recursion desired.
    public static Message query(Question question) {
        try {
            Name name = Name.fromString(question.name().ascii() + ".");
            return Message.newQuery(Record.newRecord(name, question.type().number(), DClass.IN));
        } catch (TextParseException impossible) {
            throw new IllegalArgumentException(question.name() + " does not fit into a message", impossible);
        }
    }

    /// Reads a reply whose status the caller has determined.
    public static Lookup.Reading read(Question question, Message reply, Status status, Instant now) {
        return read(question, reply, status, Optional.empty(), now);
    }

    /// @param weakness why it is not secure although its zone is signed
    public static Lookup.Reading read(Question question, Message reply, Status status, Optional<Weakness> weakness,
            Instant now) {
        if (!reply.getHeader().getFlag(Flags.QR)) return failed(Answer.Kind.ServFail, "the reply is no reply");
        // RFC 2181 §9: the rest of a truncated answer is not known, and TCP, which has room for all, was asked already.
        if (reply.getHeader().getFlag(Flags.TC)) return failed(Answer.Kind.ServFail, "the reply is truncated");
        var chain = new Chain(reply, question);
        if (chain.trouble.isPresent()) return failed(Answer.Kind.ServFail, chain.trouble.get());
        return switch (reply.getRcode()) {
            case Rcode.NOERROR -> chain.records.isEmpty()
                    ? absent(reply, chain, new Answer.NoData(status, chain.canonical, weakness), now)
                    : new Lookup.Reading(new Answer.Found(chain.records, status, chain.canonical, weakness),
                            chain.ttl(now), chain.signedUntil());
            case Rcode.NXDOMAIN -> absent(reply, chain, new Answer.NoSuchName(status, chain.canonical, weakness), now);
            case Rcode.REFUSED -> failed(Answer.Kind.Refused, "REFUSED" + extendedErrors(reply));
            default -> failed(Answer.Kind.ServFail, Rcode.string(reply.getRcode()) + extendedErrors(reply));
        };
    }

    /// RFC 2308 §2: only a reply whose answer is empty, or holds nothing but the aliases on the way, denies.
    private static Lookup.Reading absent(Message reply, Chain chain, Answer answer, Instant now) {
        long sets = reply.getSectionRRsets(Section.ANSWER).stream()
                .filter(set -> set.size() > 0 && set.getType() != Type.DNAME).count();
        return chain.records.isEmpty() && sets == chain.passed.size()
                ? new Lookup.Reading(answer, negativeTtl(reply, now))
                : failed(Answer.Kind.ServFail, "the reply denies and answers at once");
    }

    /// A failure, which is never kept.
    public static Lookup.Reading failed(Answer.Kind kind, String why) {
        return new Lookup.Reading(new Answer.Failed(kind, why), Duration.ZERO);
    }

    /// The extended errors of a reply (RFC 8914 §2), best first.
    public static List<ExtendedErrorCodeOption> errors(Message reply) {
        if (reply.getOPT() == null) return List.of();
        return reply.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                .filter(ExtendedErrorCodeOption.class::isInstance).map(ExtendedErrorCodeOption.class::cast).toList();
    }

    /// ` (EDE 6 DNSSEC_BOGUS: text)` or the empty text.
    public static String extendedErrors(Message reply) {
        return errors(reply).stream().map(Messages::words).map(words -> " (" + words + ")")
                .collect(Collectors.joining());
    }

    private static String words(ExtendedErrorCodeOption error) {
        String text = error.getText() == null ? "" : ": " + printable(error.getText());
        return "EDE " + error.getErrorCode() + " " + ExtendedErrorCodeOption.text(error.getErrorCode()) + text;
    }

    /// Peers' words go to logs and terminals: no control characters, no novels.
    private static String printable(String text) {
        // A validator quotes whole record sets with their signatures, which tell a reader nothing.
        return VisibleText.startOf(text.replaceAll("(?s) ?(rrset)?: ?\\{.*", ""), 300);
    }

    private static Duration negativeTtl(Message reply, Instant now) {
        for (RRset set : reply.getSectionRRsets(Section.AUTHORITY))
            if (set.first() instanceof SOARecord soa) // RFC 2308 §5
                return Duration.ofSeconds(Math.min(soa.getMinimum(), lives(set, now).toSeconds()));
        return Duration.ZERO;
    }

    /// RFC 4035 §5.3.3: no longer than the records live, their signer let them, and their signatures last.
    public static Duration lives(RRset set, Instant now) {
        long seconds = set.getTTL();
        for (var signature : set.sigs())
            seconds = Math.min(seconds, Math.min(signature.getOrigTTL(),
                    Duration.between(now, signature.getExpire()).toSeconds()));
        return Duration.ofSeconds(Math.clamp(seconds, 0, Integer.MAX_VALUE));
    }

    /// The aliases of a reply followed from the name asked for to the records.
    private static final class Chain {
        private final List<RRset> passed = new ArrayList<>();
        private final List<Rdata> records = new ArrayList<>();
        private Domain canonical;
        private Optional<String> trouble = Optional.empty();

        Chain(Message reply, Question question) {
            canonical = question.name();
            List<RRset> sets = reply.getSectionRRsets(Section.ANSWER);
            for (int step = 0; step <= ALIASES_MAX; step++) {
                RRset owned = find(sets, canonical, question.type().number());
                if (owned != null) {
                    passed.add(owned);
                    owned.rrs(false).forEach(record -> records.add(rdata(record)));
                    return;
                }
                RRset alias = find(sets, canonical, Type.CNAME);
                if (alias == null || question.type() == RecordType.CNAME) return;
                passed.add(alias);
                String target = plain(((CNAMERecord) alias.first()).getTarget());
                try {
                    canonical = Domain.ofDns(target);
                } catch (IllegalArgumentException bad) {
                    trouble = Optional.of(canonical + " is an alias of '" + target + "', which is no host name");
                    return;
                }
            }
            trouble = Optional.of("more than " + ALIASES_MAX + " aliases, or a loop of aliases");
        }

        Duration ttl(Instant now) {
            return passed.stream().map(set -> lives(set, now)).min(Duration::compareTo).orElse(Duration.ZERO);
        }

        /// As long as one good signature of each set lasts.
        Optional<Instant> signedUntil() {
            return passed.stream().flatMap(set -> set.sigs().stream().map(RRSIGRecord::getExpire)
                    .max(Comparator.naturalOrder()).stream()).min(Comparator.naturalOrder());
        }

        private static @org.jspecify.annotations.Nullable RRset find(List<RRset> sets, Domain name, int type) {
            for (RRset set : sets)
                // Signatures whose records are missing are a set as well, and stand for nothing.
                if (set.size() > 0 && set.getType() == type && plain(set.getName()).equalsIgnoreCase(name.ascii()))
                    return set;
            return null;
        }
    }

    private static String plain(Name name) { return name.equals(Name.root) ? "" : name.toString(true); }

    private static Rdata rdata(Record record) {
        return switch (record) {
            case ARecord a -> new Rdata.Address(a.getAddress());
            case AAAARecord a -> new Rdata.Address(a.getAddress());
            case MXRecord mx -> new Rdata.Mx(mx.getPriority(), plain(mx.getTarget()));
            case CNAMERecord alias -> new Rdata.Alias(plain(alias.getTarget()));
            case TXTRecord text -> Rdata.Text.of(text.getStringsAsByteArrays());
            case TLSARecord tlsa -> new Rdata.Association(tlsa.getCertificateUsage(), tlsa.getSelector(),
                    tlsa.getMatchingType(), tlsa.getCertificateAssociationData());
            default -> throw new IllegalStateException("asked for no " + Type.string(record.getType()));
        };
    }
}
