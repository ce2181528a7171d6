package org.sternpost.engine.mx;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;

/// From a host to its addresses of both families (RFC 5321 §5.1, RFC 7672 §2.2.2).
public final class AddressLookup {

    private static final int ADDRESSES_MAX = 10;

    private final Resolver resolver;

    public AddressLookup(Resolver resolver) { this.resolver = resolver; }

    /// Asks for A and AAAA. If an answer is bogus, or both fail, asks again unchecked and says so in `failure`.
    public HostAddresses of(Domain host, ProofLog proof) {
        Answer four = ask(host, RecordType.A, proof);
        Answer six = ask(host, RecordType.AAAA, proof);
        Optional<Answer.Failed> failure = failure(four, six);
        if (failure.isEmpty()) return read(host, four, six, failure);
        return read(host, again(host, RecordType.A, four, proof),
                again(host, RecordType.AAAA, six, proof), failure);
    }

    private Answer ask(Domain host, RecordType type, ProofLog proof) {
        var question = new Question(host, type);
        Answer answer = resolver.ask(question, proof);
        proof.dns(question, answer, "RFC 7672 §2.2.2", switch (answer) {
            case Answer.Found found -> (found.canonical().equals(host) ? "" : "An alias of " + found.canonical() + ". ")
                    + (found.status() == Status.Secure
                            ? "Secure: TLSA records may be asked for."
                            : "Insecure: TLSA records are not asked for at this name.");
            case Answer.Failed _ -> "Not usable for a validated delivery.";
            case Answer.NoData _,Answer.NoSuchName _ -> "No address of this family.";
        });
        return answer;
    }

    private Answer again(Domain host, RecordType type, Answer first, ProofLog proof) {
        return first instanceof Answer.Failed ? resolver.askUnchecked(new Question(host, type), proof) : first;
    }

    /// RFC 7672 §2.1.2: a bogus answer makes the host unusable; one family out of reach does not, the other is true.
    private static Optional<Answer.Failed> failure(Answer four, Answer six) {
        List<Answer.Failed> failed = Stream.of(four, six).filter(Answer.Failed.class::isInstance)
                .map(Answer.Failed.class::cast).toList();
        Optional<Answer.Failed> bogus = failed.stream()
                .filter(f -> f.kind() == Answer.Kind.Bogus || f.kind() == Answer.Kind.Indeterminate).findFirst();
        if (bogus.isPresent()) return bogus;
        boolean anyFound = four instanceof Answer.Found || six instanceof Answer.Found;
        return anyFound ? Optional.empty() : failed.stream().findFirst();
    }

    private static HostAddresses read(Domain host, Answer four, Answer six, Optional<Answer.Failed> failure) {
        List<InetAddress> list = interleaved(addresses(six), addresses(four));
        Status status = failure.isEmpty() && isSecure(four) && isSecure(six) ? Status.Secure : Status.Insecure;
        return new HostAddresses(list, status, canonical(host, four, six), failure,
                list.isEmpty() ? problem(host, four, six, failure) : "",
                Stream.of(four, six).map(Answer::unproven).flatMap(Optional::stream).findFirst());
    }

    private static boolean isSecure(Answer answer) {
        return switch (answer) {
            case Answer.Found found -> found.status() == Status.Secure;
            case Answer.NoData none -> none.status() == Status.Secure;
            case Answer.NoSuchName none -> none.status() == Status.Secure;
            case Answer.Failed _ -> true; // the other family decides; see failure()
        };
    }

    private static Domain canonical(Domain host, Answer four, Answer six) {
        if (four instanceof Answer.Found found) return found.canonical();
        if (six instanceof Answer.Found found) return found.canonical();
        return host;
    }

    private static List<InetAddress> addresses(Answer answer) {
        return answer instanceof Answer.Found found
                ? found.of(Rdata.Address.class).stream().map(Rdata.Address::address).toList()
                : List.of();
    }

    /// Families in turn, so that a family without a route costs one try and not five (RFC 8305 §4).
    private static List<InetAddress> interleaved(List<InetAddress> first, List<InetAddress> second) {
        var all = new ArrayList<InetAddress>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) all.add(first.get(i));
            if (i < second.size()) all.add(second.get(i));
        }
        return all.subList(0, Math.min(all.size(), ADDRESSES_MAX));
    }

    private static String problem(Domain host, Answer four, Answer six, Optional<Answer.Failed> failure) {
        if (failure.isPresent())
            return "addresses of " + host + ": " + failure.get().kind() + ", " + failure.get().why();
        if (four instanceof Answer.NoSuchName || six instanceof Answer.NoSuchName) return host + " does not exist";
        return host + " has no address (A, AAAA)";
    }

    /// The addresses of one host and what DNSSEC says of them.
    ///
    /// @param list      both families in turn; empty when there is none
    /// @param status    of the answers; `Insecure` when `failure` is set
    /// @param canonical the host after its aliases; the host itself when it is none
    /// @param failure   why the answers may not be used: `list` then holds what was found without checking, if anything
    /// @param weakness  why they are not secure although the zone is signed
    /// @param problem   why `list` is empty; empty text when it is not
    public record HostAddresses(List<InetAddress> list, Status status, Domain canonical,
            Optional<Answer.Failed> failure,
            String problem, Optional<Weakness> weakness) {
        public HostAddresses { list = List.copyOf(list); }
    }
}
