package org.sternpost.engine.partner;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.evidence.Faults.Fault;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.partner.Letter.Block;
import org.sternpost.engine.partner.Letter.Fact;
import org.sternpost.engine.partner.Letter.Section;
import org.sternpost.engine.tls.SessionProofs.SessionFacts.CertificateFacts;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.StsFacts;

/// Writes to a partner what is wrong at his side, in his terms: who runs DNS and mail hosts, and need not know of DANE.
public final class LetterWriter {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Fault fault;
    private final Faulty faulty;

    private LetterWriter(Fault fault) {
        this.fault = fault;
        this.faulty = new Faulty(fault);
    }

    /// @param held    mail to the domain waits or is returned; otherwise it is delivered all the same
    /// @param gateway how it names itself to hosts
    /// @param reply   whom to write to; empty text for whoever sends the letter
    public static Letter write(Fault fault, boolean held, String gateway, String reply) {
        var writer = new LetterWriter(fault);
        var sections = new ArrayList<Section>();
        sections.add(writer.opening());
        sections.add(new Section("What to change", Repair.of(writer.faulty)));
        sections.add(writer.seen());
        sections.add(new Section("See it yourselves", writer.look()));
        sections.add(writer.meaning(held, gateway, reply));
        return new Letter(Repair.subject(writer.faulty), sections);
    }

    private List<Block> look() {
        FaultCommand.Look look = FaultCommand.of(faulty);
        String where = look.isSession() ? ", where connections to port 25 of others are allowed" : "";
        var blocks = new ArrayList<Block>(List.of(new Block.Words("This command shows the fault. Run it outside your "
                + "network" + where + ":"), new Block.Code(List.of(look.command()))));
        if (!look.shows().isEmpty()) blocks.add(new Block.Words(look.shows()));
        blocks.addAll(Repair.after(faulty));
        return blocks;
    }

    private Section opening() {
        return new Section("", List.of(new Block.Words("To the postmaster of " + fault.domain() + ", and whoever runs "
                + "its DNS and its mail hosts"), new Block.Words(Repair.inShort(faulty))));
    }

    private Section seen() {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("When", when()));
        Optional<HostEvidence> seen = fault.seen();
        seen.ifPresentOrElse(one -> host(one, facts), () -> facts.add(new Fact("Mail host", List.of(
                fault.host().isEmpty() ? "none was called" : fault.host()))));
        facts.add(new Fact("Why it failed", List.of(fault.why().sentence())));
        return new Section("What we saw", List.of(new Block.Facts(facts), new Block.Words("The last line is the fault; "
                + "the others are what was there, and none of them is another.")));
    }

    private List<String> when() {
        if (fault.failures() == 1) return List.of(TIME.format(fault.last()));
        return List.of("last at " + TIME.format(fault.last()), "first at " + TIME.format(fault.first()),
                fault.failures() + " of " + fault.messages() + " messages since then");
    }

    private static void host(HostEvidence one, List<Fact> facts) {
        HostFacts known = one.host().facts();
        String address = one.host().addressText();
        facts.add(new Fact("Mail host", List.of(one.host().name() + (address.isEmpty()
                ? ", which was not called"
                : " at " + address))));
        if (!known.mx().isEmpty())
            facts.add(new Fact("MX records", Stream.concat(known.mx().stream().map(mx -> mx.preference() + " "
                    + mx.name()), Stream.of("DNSSEC: " + words(known.mxStatus()))).toList()));
        known.tlsaBase().ifPresent(base -> facts.add(new Fact("TLSA records", Stream.concat(
                Stream.of("_25._tcp." + base + ", DNSSEC: " + words(known.tlsaStatus())),
                known.tlsa().stream().map(Object::toString)).toList())));
        if (!known.stsRecord().isEmpty()) facts.add(new Fact("_mta-sts record", List.of(known.stsRecord())));
        known.sts().ifPresent(policy -> facts.add(new Fact("MTA-STS policy", policy(policy))));
        one.session().tls().ifPresent(tls -> {
            facts.add(new Fact("TLS", List.of(tls.protocol() + " " + tls.cipher())));
            tls.chain().stream().findFirst().ifPresent(leaf -> facts.add(new Fact("Certificate", certificate(leaf))));
        });
    }

    private static List<String> policy(StsFacts policy) {
        return Stream.concat(Stream.of("id " + policy.id() + ", mode " + policy.mode().word() + ", fetched "
                + TIME.format(policy.fetched())), policy.mx().stream().map(mx -> "mx: " + mx)).toList();
    }

    private static List<String> certificate(CertificateFacts leaf) {
        return List.of("for " + (leaf.names().isEmpty() ? leaf.subject() : String.join(", ", leaf.names())),
                "issued by " + leaf.issuer(), "valid from " + TIME.format(leaf.notBefore()) + " until "
                        + TIME.format(leaf.notAfter()),
                "SHA-256 of its public key: " + leaf.spkiSha256());
    }

    private Section meaning(boolean held, String gateway, String reply) {
        String what = held
                ? "Until it is mended our mail to " + fault.domain()
                        + " waits, and goes back to its senders once its time "
                        + "is over: we deliver to no host that fails the check."
                : "For now we deliver to " + fault.domain()
                        + " all the same, so that nothing is lost; but nobody can tell "
                        + "whether it is your host that takes the mail. We mean to end that, and mail would then wait "
                        + "and go back to its senders.";
        return new Section("What it means for mail", List.of(new Block.Words(what), new Block.Words("Our gateway "
                + "calls itself " + gateway
                + " in your logs. It notices by itself when the fault is mended, as soon as "
                + "the next mail passes. Questions: "
                + (reply.isEmpty() ? "answer this letter." : reply + "."))));
    }

    private static String words(HostFacts.DnsStatus status) {
        return switch (status) {
            case Secure -> "signed and valid";
            case Insecure -> "not signed";
            case Bogus -> "signed, and the signatures do not verify";
            case Failed -> "no answer";
            case NotAsked -> "not asked";
        };
    }

    static String time(Instant at) { return TIME.format(at); }
}
