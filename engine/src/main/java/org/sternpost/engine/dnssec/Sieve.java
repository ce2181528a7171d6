package org.sternpost.engine.dnssec;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/// Stands between the servers and the validator and passes on only what can be part of an answer.
///
/// dnsjava looks at all records of a reply in turn, and the first that is rightly unsigned makes the reply insecure. So
/// one record of any unsigned zone, or one signature in its name, would strip a signed domain of its proof.
final class Sieve implements Resolver {

    private static final int ALIASES_MAX = 10; // as Messages follows
    private static final int PROOFS_MAX = 16; // NSEC or NSEC3: three for a denial, one for each wildcard on the way
    private static final int SIGNATURES_MAX = 8; // per set; KeyTrap, CVE-2023-50387
    private static final int ITERATIONS_MAX = 500; // RFC 9276 §3.2: from some number on, a failure

    private final Resolver servers;
    private final Set<Name> anchors;
    private final InstantSource time;
    private final Revoked revoked = new Revoked();

    /// @param anchors names of the zones that proofs end at
    Sieve(Resolver servers, Set<Name> anchors, InstantSource time) {
        this.servers = servers;
        this.anchors = Set.copyOf(anchors);
        this.time = time;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) { return sendAsync(query, ForkJoinPool.commonPool()); }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        if (!(executor instanceof Work work)) return servers.sendAsync(query, executor).thenApply(r -> sift(query, r));
        try {
            work.spend();
        } catch (IOException spent) {
            return CompletableFuture.failedFuture(spent);
        }
        return servers.sendAsync(query, work).handle((reply, broken) -> {
            if (broken == null) return outdated(sift(query, reply), work);
            work.fail(Trouble.words(broken));
            throw broken instanceof CompletionException already ? already : new CompletionException(broken);
        });
    }

    /// True if some set of a proven reply has no signature but of keys whose revocation was learned while proving it.
    boolean signedByRevoked(Message reply) {
        return Stream.of(Section.ANSWER, Section.AUTHORITY).flatMap(s -> reply.getSectionRRsets(s).stream())
                .anyMatch(set -> !set.sigs().isEmpty() && set.sigs().stream().allMatch(revoked::made));
    }

    /// Notes sets all of whose signatures are out of date: the validator tells it of answers, but not of keys.
    private Message outdated(Message reply, Work work) {
        Instant now = time.instant();
        for (RRset set : reply.getSectionRRsets(Section.ANSWER)) {
            String what = "the signatures of " + set.getName() + " " + Type.string(set.getType());
            List<RRSIGRecord> signatures = set.sigs();
            if (signatures.isEmpty()) continue;
            // RFC 8914 §4.8 and §4.9.
            if (signatures.stream().allMatch(s -> s.getExpire().isBefore(now)))
                work.remark("EDE 7 SIGNATURE_EXPIRED: " + what + " ended " + signatures.getFirst().getExpire());
            else if (signatures.stream().allMatch(s -> s.getTimeSigned().isAfter(now)))
                work.remark("EDE 8 SIGNATURE_NOT_YET_VALID: " + what + " begin "
                        + signatures.getFirst().getTimeSigned());
        }
        return reply;
    }

    private Message sift(Message query, Message reply) {
        Record question = query.getQuestion();
        if (!reply.getHeader().getFlag(Flags.QR)) reply.getHeader().setRcode(Rcode.FORMERR);
        List<Record> options = reply.getSection(Section.ADDITIONAL).stream().filter(r -> r.getType() == Type.OPT)
                .toList();
        reply.removeAllRecords(Section.ADDITIONAL);
        put(reply, Section.ADDITIONAL, options);
        List<Record> answer = taken(reply, Section.ANSWER);
        List<Record> authority = taken(reply, Section.AUTHORITY);
        if (question.getType() == Type.DNSKEY) revoked.learn(question.getName(), answer);

        var names = new LinkedHashSet<Name>();
        Name last = follow(question, answer, names, kept -> put(reply, Section.ANSWER, kept));
        boolean found = answer.stream().anyMatch(r -> r.getType() == question.getType() && r.getName().equals(last));
        if (!found) put(reply, Section.AUTHORITY, set(authority, Type.SOA, zone -> holds(zone, last)));
        put(reply, Section.AUTHORITY, proofs(authority, names));
        // A reply without any record leaves open whose absence it is; as unsigned, it is judged by the name itself.
        if (!found && reply.getSection(Section.AUTHORITY).isEmpty())
            reply.addRecord(new SOARecord(last, DClass.IN, 0, last, last, 0, 0, 0, 0, 0), Section.AUTHORITY);
        return reply;
    }

    /// Keeps the records on the way from the question over its aliases; answers with the name it ends at.
    private Name follow(Record question, List<Record> answer, Set<Name> names,
            Consumer<List<Record>> keep) {
        Name at = question.getName();
        names.add(at);
        for (int step = 0; step <= ALIASES_MAX; step++) {
            Name here = at;
            List<Record> owned = set(answer, question.getType(), here::equals);
            if (!owned.isEmpty()) {
                keep.accept(owned);
                return here;
            }
            // RFC 6672 §5.3.1: the alias made from a DNAME is unsigned; it is the DNAME that is proven.
            keep.accept(set(answer, Type.DNAME, above -> holds(above, here) && !here.equals(above)));
            List<Record> alias = set(answer, Type.CNAME, here::equals);
            if (alias.isEmpty() || !(alias.getFirst() instanceof CNAMERecord cname)) return here;
            keep.accept(alias);
            at = cname.getTarget();
            if (!names.add(at)) return at;
        }
        return at;
    }

    /// The signed proofs of absence that a zone on the way can have given.
    private List<Record> proofs(List<Record> authority, Set<Name> names) {
        var proofs = new ArrayList<Record>();
        var owners = new LinkedHashSet<Name>();
        authority.stream().filter(r -> r.getType() == Type.NSEC || usable(r)).map(Record::getName).forEach(owners::add);
        for (Name owner : owners.stream().limit(PROOFS_MAX).toList())
            for (int type : new int[]{Type.NSEC, Type.NSEC3}) {
                List<Record> set = set(authority, type, owner::equals);
                boolean signed = set.stream().anyMatch(record -> record instanceof RRSIGRecord signature
                        && names.stream().anyMatch(name -> holds(signature.getSigner(), name)));
                if (signed && set.stream().allMatch(r -> r.getType() != Type.NSEC3 || usable(r))) proofs.addAll(set);
            }
        return proofs;
    }

    /// RFC 9276 §3.2: what takes too many rounds of a hash is not looked at.
    private static boolean usable(Record record) {
        return record instanceof NSEC3Record nsec3 && nsec3.getIterations() <= ITERATIONS_MAX;
    }

    /// The records of a type whose owner fits, each name's signatures after them.
    private List<Record> set(List<Record> records, int type, Predicate<Name> owner) {
        List<Record> set = records.stream().filter(r -> r.getType() == type && owner.test(r.getName())).toList();
        Stream<Record> signatures = records.stream()
                .filter(r -> r instanceof RRSIGRecord signature && signature.getTypeCovered() == type
                        && owner.test(r.getName()) && signs(signature))
                .limit(SIGNATURES_MAX);
        return set.isEmpty() ? List.of() : Stream.concat(set.stream(), signatures).toList();
    }

    /// RFC 4035 §5.3.1: the signer is the zone of the records, and the labels are no more than the owner's.
    private boolean signs(RRSIGRecord signature) {
        Name owner = signature.getName();
        int labels = owner.labels() - 1 - (owner.isWild() ? 1 : 0);
        return holds(signature.getSigner(), owner) && signature.getLabels() <= labels && !revoked.made(signature);
    }

    /// True if the name may lie in the zone, and what the zone says of it can be proven if the name can.
    private boolean holds(Name zone, Name name) {
        return name.subdomain(zone)
                && (anchors.stream().noneMatch(name::subdomain) || anchors.stream().anyMatch(zone::subdomain));
    }

    private static List<Record> taken(Message reply, int section) {
        List<Record> records = reply.getSection(section).stream().filter(r -> r.getDClass() == DClass.IN).toList();
        reply.removeAllRecords(section);
        return records;
    }

    private static void put(Message reply, int section, List<Record> records) {
        records.forEach(record -> reply.addRecord(record, section));
    }

    @Override
    public void setPort(int port) { servers.setPort(port); }

    @Override
    public void setTCP(boolean always) { servers.setTCP(always); }

    @Override
    public void setIgnoreTruncation(boolean ignore) { servers.setIgnoreTruncation(ignore); }

    @Override
    public void setEDNS(int version, int octets, int flags, List<EDNSOption> options) {
        servers.setEDNS(version, octets, flags, options);
    }

    @Override
    public void setTSIGKey(TSIG key) { servers.setTSIGKey(key); }

    @Override
    public void setTimeout(Duration timeout) { servers.setTimeout(timeout); }

    @Override
    public Duration getTimeout() { return servers.getTimeout(); }
}
