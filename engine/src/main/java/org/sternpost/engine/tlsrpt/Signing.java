package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.util.List;
import org.sternpost.engine.dkim.DkimKeys;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.dkim.Publication;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Rdata;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;

/// Which key signs reports: the newest that DNS already shows, so that a key may be changed without a gap.
public final class Signing {

    private final DkimKeys keys;
    private final Resolver resolver;

    public Signing(DkimKeys keys, Resolver resolver) {
        this.keys = keys;
        this.resolver = resolver;
    }

    /// Whether a report can be signed now.
    sealed interface Choice {
        record Ready(DkimSigner signer) implements Choice {}

        record Nobody(String why) implements Choice {}
    }

    /// RFC 8460 §3: a report by mail without a valid signature is ignored, so it waits until it can have one.
    Choice choose(Domain from) throws IOException {
        List<DkimKeys.Held> fitting = fitting(from);
        if (fitting.isEmpty())
            return new Choice.Nobody("there is no DKIM key for " + from + ": New-DkimKey " + from + " makes one");
        for (DkimKeys.Held key : fitting)
            if (published(key) instanceof Publication.Published) return new Choice.Ready(key.signer());
        DkimKeys.Held newest = fitting.getFirst();
        return new Choice.Nobody(published(newest) instanceof Publication.Missing(var why)
                ? newest.dnsName() + " does not show the DKIM key: " + why
                : newest.dnsName() + " was changed just now");
    }

    /// True if there is a key at all, which is how an administrator turns reports on.
    boolean isWanted(Domain from) throws IOException { return !fitting(from).isEmpty(); }

    /// What DNS shows of a key.
    public Publication published(DkimKeys.Held key) {
        return switch (resolver.ask(new Question(Domain.of(key.dnsName()), RecordType.TXT))) {
            case Answer.Found found -> Publication.of(
                    found.of(Rdata.Text.class).stream().map(Rdata.Text::joined).toList(), key.signer().key());
            case Answer.NoData _,Answer.NoSuchName _ -> Publication.of(List.of(), key.signer().key());
            case Answer.Failed failed -> new Publication.Missing("the lookup failed: " + failed.why());
        };
    }

    private List<DkimKeys.Held> fitting(Domain from) throws IOException {
        return keys.all().stream().filter(key -> key.speaksFor(from)).sorted(
                java.util.Comparator.comparing(DkimKeys.Held::made).reversed()).toList();
    }
}
