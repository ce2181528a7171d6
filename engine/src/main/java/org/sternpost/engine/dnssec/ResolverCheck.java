package org.sternpost.engine.dnssec;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.DnssecProof.Verdict;
import org.sternpost.engine.dnssec.PlainQuestions.Reply;
import org.sternpost.engine.dnssec.ServerCheck.Finding;
import org.sternpost.engine.dnssec.ServerCheck.Subject;
import org.sternpost.engine.mail.Domain;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Finds out whether the answers of the DNS servers in use may be trusted, by questions whose answers are known.
public final class ResolverCheck {

    private final Servers servers;
    private final ZoneTrustAnchors anchors;
    private final boolean believes;
    private final InstantSource time;

    /// @param believes the servers' AD bit is believed (`dns.validation: resolver`); else the engine proves answers
    public ResolverCheck(Servers servers, ZoneTrustAnchors anchors, boolean believes, InstantSource time) {
        this.servers = servers;
        this.anchors = anchors;
        this.believes = believes;
        this.time = time;
    }

    /// Asks every server in turn.
    ///
    /// @param secure a domain that is signed well
    /// @param bogus  a domain that is signed badly, so that no answer about it may be believed
    public List<ServerCheck> all(Domain secure, Domain bogus) {
        return servers.addresses().stream().map(server -> new Checking(server, secure, bogus).result()).toList();
    }

    /// One server under examination.
    private final class Checking {

        private final InetSocketAddress server;
        private final Domain secure;
        private final Domain bogus;
        private final Servers alone;
        private final PlainQuestions plain;
        private final List<Finding> findings = new ArrayList<>();
        private Duration udpTook = Duration.ZERO;

        Checking(InetSocketAddress server, Domain secure, Domain bogus) {
            this.server = server;
            this.secure = secure;
            this.bogus = bogus;
            this.alone = servers.only(server);
            this.plain = new PlainQuestions(server, servers.timeout());
        }

        ServerCheck result() {
            if (believes) loopback();
            Optional<Message> udp = udp();
            Optional<Message> tcp = tcp(udp.isPresent());
            udp.or(() -> tcp).ifPresent(reply -> {
                edns(reply);
                signatures(reply);
                keys();
                if (believes) vouches();
                else
                    proves();
                refuses();
            });
            return new ServerCheck(server, findings, udpTook);
        }

        private void loopback() {
            // RFC 4035 §4.9.3: over a network anyone could set the bit.
            add(Subject.Loopback, server.getAddress().isLoopbackAddress(), "address " + name(server),
                    "it runs on this machine, so nobody can change its answers on the way",
                    "it is not on this machine, and anybody on the way could change what it says",
                    "Name a validating resolver at 127.0.0.1 or ::1, or set dns.validation: local.", "RFC 4035 §4.9.3");
        }

        private Optional<Message> udp() {
            Instant start = time.instant();
            Reply reply = plain.ask(secure.ascii(), Type.SOA, false, 0);
            udpTook = Duration.between(start, time.instant());
            add(Subject.Udp, reply.message().isPresent(), reply.words(), "it answers over UDP",
                    "it does not answer over UDP", reach(), "RFC 1035 §4.2.1");
            return reply.message();
        }

        private Optional<Message> tcp(boolean udpWorks) {
            Reply reply = plain.ask(secure.ascii(), Type.SOA, true, 0);
            add(Subject.Tcp, reply.message().isPresent(), reply.words(), "it answers over TCP",
                    udpWorks
                            ? "it answers over UDP alone, so that long answers such as keys and signatures get lost"
                            : "it does not answer over TCP either",
                    reach(), "RFC 7766 §5");
            return reply.message();
        }

        private void edns(Message reply) {
            // RFC 6891 §6.1.1: who understands EDNS answers a question that has it with EDNS.
            boolean understood = reply.getOPT() != null;
            add(Subject.Edns, understood, understood
                    ? "EDNS version " + reply.getOPT().getVersion() + ", " + reply.getOPT().getPayloadSize() + " octets"
                    : "no EDNS in its reply (" + Rcode.string(reply.getRcode()) + ")",
                    "it speaks EDNS, without which there is no DNSSEC",
                    "it speaks no EDNS, without which there is no DNSSEC", replace(), "RFC 6891 §6.1.1");
        }

        private void signatures(Message reply) {
            // RFC 3225 §3: DO asks for the signatures.
            boolean signed = PlainQuestions.signature(reply, Type.SOA).isPresent();
            boolean there = reply.getRcode() == Rcode.NOERROR && reply.getSection(Section.ANSWER).stream()
                    .anyMatch(record -> record.getType() == Type.SOA);
            String seen = secure + " SOA: " + (signed
                    ? "with its signature (RRSIG)"
                    : there ? "without a signature (RRSIG)" : Rcode.string(reply.getRcode()));
            // Who believes the AD bit needs no signatures.
            if (!signed && believes)
                findings.add(new Finding(Subject.Signatures, ServerCheck.Result.Odd, seen,
                        "it passes no signatures on; its own word is all there is", "", "RFC 3225 §3"));
            else
                add(Subject.Signatures, signed, seen, "it passes the signatures of DNSSEC on", there
                        ? "it leaves out the signatures of DNSSEC, so that nothing can be proven"
                        : "it has no answer about " + secure + ", which is known to be signed",
                        there ? replace() : other("SecureName", secure), "RFC 3225 §3");
        }

        private void keys() {
            Optional<Name> owner = anchors.owner();
            if (owner.isEmpty()) return;
            Reply reply = plain.ask(owner.get().toString(), Type.DNSKEY, true, 0);
            List<DNSKEYRecord> keys = reply.message().stream()
                    .flatMap(message -> message.getSection(Section.ANSWER).stream())
                    .filter(DNSKEYRecord.class::isInstance).map(DNSKEYRecord.class::cast).toList();
            String asked = owner.get() + " DNSKEY: ";
            if (keys.isEmpty() && believes) return; // it need not tell
            boolean known = keys.stream().anyMatch(anchors::name);
            // RFC 4035 §5: every proof begins at a key that the anchor names.
            add(Subject.TrustAnchor, known, asked + (keys.isEmpty()
                    ? "none (" + reply.words() + ")"
                    : "key tags " + keys.stream().map(key -> String.valueOf(key.getFootprint()))
                            .reduce((a, b) -> a + " " + b).orElse("")),
                    "one of the keys is our trust anchor",
                    keys.isEmpty()
                            ? "it does not tell the keys that proofs begin at"
                            : "none of the keys is our trust anchor: the anchor is old, or the server lies",
                    keys.isEmpty()
                            ? replace()
                            : "Compare dns.trustAnchors with the keys that IANA publishes; leave it out to use the"
                                    + " built-in ones.",
                    "RFC 4035 §5");
            reply.message().flatMap(message -> PlainQuestions.signature(message, Type.DNSKEY)).ifPresent(this::clock);
        }

        private void clock(RRSIGRecord signature) {
            Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
            boolean early = now.isBefore(signature.getTimeSigned());
            boolean late = now.isAfter(signature.getExpire());
            // RFC 4035 §5.3.1: a signature holds from its inception to its expiration.
            add(Subject.Clock, !early && !late, "our clock: " + now + "; signature of the keys: " + signature
                    .getTimeSigned() + " to " + signature.getExpire(),
                    "our clock agrees with the signatures",
                    early
                            ? "our clock is behind the signatures, which seem to begin in the future"
                            : "the signatures are over: our clock is ahead, or the server gives old answers",
                    "Set the clock (timedatectl); if it is right, restart the resolver with an empty cache.",
                    "RFC 4035 §5.3.1");
        }

        /// Our own proof through this server.
        private void proves() {
            Answer answer = proof(secure);
            add(Subject.Secure, status(answer) == Status.Secure, secure + ": " + answer.statusWord()
                    + (answer instanceof Answer.Failed failed ? ", " + failed.why() : ""),
                    "what is signed well, we prove through it",
                    "what is signed well cannot be proven through it", replace(), "RFC 4035 §5");
        }

        private void vouches() {
            Reply reply = plain.ask(secure.ascii(), Type.SOA, false, Flags.AD);
            boolean vouched = reply.message().filter(m -> m.getHeader().getFlag(Flags.AD)).isPresent();
            // RFC 4035 §3.2.3: AD says that the server has proven the answer.
            add(Subject.AuthenticData, vouched, secure + " SOA: " + (vouched ? "AD" : "no AD") + ", " + reply.words(),
                    "it vouches for what is signed well (AD)",
                    "it does not vouch for what is signed well, so it does not validate",
                    "Turn DNSSEC validation on in the resolver, or set dns.validation: local.", "RFC 4035 §3.2.3");
        }

        /// A name that must not be believed.
        private void refuses() {
            if (believes) refusesItself();
            else {
                Answer answer = proof(bogus);
                bogus(bogus + ": " + answer.statusWord(), switch (answer) {
                    case Answer.Failed failed when failed.kind() == Answer.Kind.Bogus -> Verdict.Refused;
                    case Answer.Failed failed when failed.kind() == Answer.Kind.Timeout -> Verdict.Unclear;
                    case Answer.Failed _ -> Verdict.Refused;
                    case Answer.Found _,Answer.NoData _,Answer.NoSuchName _ ->
                        status(answer) == Status.Secure ? Verdict.Unfit : Verdict.Unproven;
                });
            }
        }

        private void refusesItself() {
            Reply unaided = plain.ask(bogus.ascii(), Type.SOA, false, Flags.AD);
            Reply unchecked = plain.ask(bogus.ascii(), Type.SOA, false, Flags.CD);
            boolean refused = unaided.message().filter(m -> m.getRcode() == Rcode.SERVFAIL).isPresent();
            boolean vouched = unaided.message().filter(m -> m.getHeader().getFlag(Flags.AD)).isPresent();
            boolean exists = unchecked.message().filter(m -> m.getRcode() == Rcode.NOERROR).isPresent();
            bogus(bogus + " SOA: " + unaided.words() + (vouched ? " with AD" : ""), vouched
                    ? Verdict.Vouched
                    : refused
                            ? exists ? Verdict.Refused : Verdict.Unclear
                            : unaided.message().isPresent() && exists ? Verdict.Unproven : Verdict.Unclear);
        }

        private void bogus(String seen, Verdict verdict) {
            // RFC 4035 §5.5: what validation disproves is answered with SERVFAIL and never used.
            String rule = "RFC 4035 §5.5";
            String name = other("BogusName", bogus);
            findings.add(switch (verdict) {
                case Refused -> new Finding(Subject.Bogus, ServerCheck.Result.Good, seen,
                        "what is signed badly is refused", "", rule);
                case Vouched -> new Finding(Subject.Bogus, ServerCheck.Result.Bad, seen,
                        "it vouches for an answer that is signed badly: it sets AD without a proof", replace(), rule);
                case Unproven -> believes
                        ? new Finding(Subject.Bogus, ServerCheck.Result.Bad, seen,
                                "it hands out an answer that is signed badly, so it does not validate",
                                "Turn DNSSEC validation on in the resolver, or set dns.validation: local.", rule)
                        : new Finding(Subject.Bogus, ServerCheck.Result.Odd, seen, "the name that should be signed"
                                + " badly is not signed at all", name, rule);
                case Unfit -> new Finding(Subject.Bogus, ServerCheck.Result.Odd, seen,
                        "the name that should be signed badly is signed well or does not exist", name, rule);
                case Unclear -> new Finding(Subject.Bogus, ServerCheck.Result.Odd, seen,
                        "the name that should be signed badly cannot be looked up at all", name, rule);
            });
        }

        private Answer proof(Domain name) {
            return new LocalValidation(alone, anchors, time).checked(new Question(name, RecordType.MX)).answer();
        }

        private void add(Subject subject, boolean good, String seen, String meaning, String otherwise, String remedy,
                String rule) {
            findings.add(good
                    ? new Finding(subject, ServerCheck.Result.Good, seen, meaning, "", rule)
                    : new Finding(subject, ServerCheck.Result.Bad, seen, otherwise, remedy, rule));
        }

        private String reach() {
            return "Start the resolver at " + name(server) + " or open the way to it, or correct dns.servers.";
        }

        private String replace() {
            return "Use a resolver that passes DNSSEC on, such as unbound or Knot Resolver, and name it in"
                    + " dns.servers.";
        }

        private String other(String parameter, Domain name) {
            return "If " + name + " has changed, name another domain: -" + parameter + ", or dns.test" + parameter
                    + " in the settings.";
        }
    }

    /// What became of the badly signed name.
    private enum Verdict { Refused, Vouched, Unproven, Unfit, Unclear }

    private static Status status(Answer answer) {
        return switch (answer) {
            case Answer.Found found -> found.status();
            case Answer.NoData none -> none.status();
            case Answer.NoSuchName none -> none.status();
            case Answer.Failed _ -> Status.Insecure;
        };
    }

    static String name(InetSocketAddress server) {
        return server.getAddress().getHostAddress() + ":" + server.getPort();
    }
}
