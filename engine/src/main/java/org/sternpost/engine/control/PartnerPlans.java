package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.PartnerNoticeView;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.flow.Flows.Interceptions;
import org.sternpost.engine.flow.Interception;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.partner.LetterWriter;
import org.sternpost.engine.partner.PartnerNotices;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.trust.Reason;

/// Letters to partners, as an operator has them written.
public final class PartnerPlans implements PartnerPort {

    private final Database database;
    private final PartnerNotices notices;
    private final Connectors connectors;
    private final Interceptions interceptions;
    private final String gateway;
    private final Time time;

    /// @param gateway how it names itself to hosts
    public PartnerPlans(Database database, PartnerNotices notices, Connectors connectors, Interceptions interceptions,
            String gateway, Time time) {
        this.gateway = gateway;
        this.database = database;
        this.notices = notices;
        this.connectors = connectors;
        this.interceptions = interceptions;
        this.time = time;
    }

    @Override
    public List<PartnerNoticeView> all(@Nullable Domain domain) throws ManagementException {
        try {
            notices.look();
            return notices.all().stream().filter(one -> domain == null || one.domain().equals(domain)).map(this::view)
                    .toList();
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
    }

    @Override
    public Plan<PartnerNoticeView> write(Domain domain, @Nullable String given, Instant since, String contact)
            throws ManagementException {
        OutboundConnector connector = given == null
                ? connectors.choice(domain, 0).connector()
                : ConnectorPlans.known(connectors, given);
        Faults.Fault fault = fault(connector, domain, since);
        boolean held = connectors.exceptions().inForce(connector.id(), domain, time.instant())
                .map(exception -> exception.over(connector)).orElse(connector).modeFor(domain) == TlsValidation.Enabled;
        var letter = LetterWriter.write(fault, held, gateway, contact);
        String target = "Domain " + domain;
        var changes = List.of(new Plan.Change("letter", "", letter.subject()));
        return new Plan<>("New-PartnerNotice", target, changes, "", List.of(), by -> {
            try {
                return List.of(view(database.<PartnerNotices.Notice>write(connection -> {
                    Audit.entry(time.instant(), by, "New-PartnerNotice", target, changes).on(connection);
                    return notices.put(connection, fault, letter);
                })));
            } catch (IOException broken) {
                throw Refusal.disk(broken);
            }
        });
    }

    private Faults.Fault fault(OutboundConnector connector, Domain domain, Instant since) throws ManagementException {
        Optional<Faults.Fault> found;
        Optional<Instant> passed;
        List<Interception> ours;
        try {
            ours = interceptions.since(since);
            found = notices.faults().of(connector.id(), domain, since);
            passed = notices.faults().passedAgain(connector.id(), domain, since);
        } catch (IOException broken) {
            throw Refusal.disk(broken);
        }
        if (found.isEmpty())
            throw new ManagementException(Kind.NotFound, "of the mail to " + domain + " over " + connector.name()
                    + " since " + since + " nothing failed validation, or would have",
                    "-Since looks further back; Test-TlsValidation " + domain + " looks now");
        Faults.Fault fault = found.get();
        if (passed.isPresent())
            throw new ManagementException(Kind.Conflict, "mail to " + domain + " over " + connector.name()
                    + " passes again since " + passed.get() + "; what failed before was: " + fault.why().sentence(),
                    "there is nothing to mend; Test-TlsValidation " + domain + " looks now");
        if (fault.why().owner() != Reason.Owner.RECIPIENT)
            throw new ManagementException(Kind.Conflict, "what fails at " + domain + " is for "
                    + fault.why().owner().words() + " to mend: " + fault.why().sentence(), fault.why().remedy());
        Optional<Interception> own = OnOurWay.of(domain.ascii(), fault.host(), fault.why().reason().token(), ours);
        if (own.isPresent())
            throw new ManagementException(Kind.Conflict, "what fails at " + domain + " is not theirs to mend: "
                    + OnOurWay.sentence(own.get()), OnOurWay.remedy(own.get()));
        return fault;
    }

    private PartnerNoticeView view(PartnerNotices.Notice one) {
        return new PartnerNoticeView("N-" + one.number(), one.domain().ascii(), connectors.nameOf(one.connector()),
                one.host(), one.reason(), one.written(), one.mended().orElse(null), one.subject(),
                one.text().lines().toList(),
                one.html().lines().toList());
    }
}
