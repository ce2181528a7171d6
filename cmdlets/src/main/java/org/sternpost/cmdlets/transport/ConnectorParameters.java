package org.sternpost.cmdlets.transport;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.HostPort;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;

/// The settings of an outbound connector, as `New-` and `Set-OutboundConnector` take them. What is not given leaves a
/// setting as it is; of a new connector, as a fresh one has it.
///
/// The groups are those of [OutboundConnector], in the order in which the parameters are shown.
record ConnectorParameters(@Param.Group Recipients recipients, @Param.Group Route route, @Param.Group Tls tls,
        @Param.Group Connection connection, @Param.Group Limits limits,
        @Param.Group Pace pace, @Param.Group Use use) implements UnaryOperator<OutboundConnector> {

    /// Whose mail it takes.
    record Recipients(
            @Param(value = "Domains it serves: a,b replaces them, @{Add=a; Remove=b} edits "
                    + "them.", whenNew = "Domains it serves: example.org, *.example.org for sub-domains, .example.org "
                            + "for both.") @Nullable SetEdit<DomainPattern> recipientDomains,
            @Param("Allows * in -RecipientDomains, which means every domain.") boolean allDomains) {

        /// Refuses `*` unless it was asked for twice: a typing error must not route the world.
        Recipients {
            if (recipientDomains != null && !allDomains
                    && recipientDomains.given().stream().anyMatch(DomainPattern.All.class::isInstance))
                throw new IllegalArgumentException("'*' means every domain; add -AllDomains if you mean it");
        }
    }

    /// Where its mail goes next.
    record Route(
            @Param(value = "Deliver to the MX hosts of the recipient's domain; $false needs "
                    + "-SmartHosts.", defaultValue = "$true") @Nullable Boolean useMXRecord,
            @Param(value = "Next hops when -UseMXRecord is $false: a,b replaces them, @{Add=a; Remove=b} edits "
                    + "them.", whenNew = "Next hops, in turn, when -UseMXRecord is "
                            + "$false.", clearable = true) @Nullable SetEdit<HostPort> smartHosts) {

        OutboundConnector.Route over(OutboundConnector.Route now) {
            boolean useMx = or(useMXRecord, now.useMXRecord());
            // Going back to MX routing leaves the smart hosts behind unless new ones contradict it.
            if (smartHosts == null) return new OutboundConnector.Route(useMx, useMx ? List.of() : now.smartHosts());
            return new OutboundConnector.Route(useMx, smartHosts.over(now.smartHosts()));
        }
    }

    /// What its sessions must prove.
    record Tls(
            @Param(value = "What becomes of mail when DANE or MTA-STS fails: Enabled holds it back, Opportunistic "
                    + "records it and delivers, Disabled does not "
                    + "look.", defaultValue = "Opportunistic") @Nullable TlsValidation tlsValidation,
            @Param(value = "Whether DANE is looked at, and whether it is "
                    + "demanded.", defaultValue = "Opportunistic") @Nullable SmtpDaneMode smtpDaneMode,
            @Param(value = "Whether MTA-STS is looked at, and whether it is "
                    + "demanded.", defaultValue = "Opportunistic") @Nullable MtaStsMode mtaStsMode,
            @Param(value = "What every session must have, whatever DANE and MTA-STS say: EncryptionOnly wants "
                    + "TLS, CertificateValidation a chain to a trusted authority for whatever name, "
                    + "DomainValidation one for -TlsDomain.", defaultValue = "None") @Nullable TlsSettings tlsSettings,
            @Param(value = "Name that the certificate must have under -TlsSettings DomainValidation, as an "
                    + "alternative name.", clearable = true) @Nullable Clearable<String> tlsDomain) {

        TlsPolicy over(TlsPolicy now) {
            return new TlsPolicy(or(tlsValidation, now.tlsValidation()), or(smtpDaneMode, now.smtpDaneMode()),
                    or(mtaStsMode, now.mtaStsMode()), or(tlsSettings, now.tlsSettings()),
                    orNone(tlsDomain, now.tlsDomain()));
        }
    }

    /// How its sessions are opened.
    record Connection(
            @Param(value = "TCP port of the next hops; $null is the "
                    + "engine's.", whenNew = "TCP port of the next hops; the engine's port when not "
                            + "given.", clearable = true) @Nullable Clearable<Integer> port,
            @Param(value = "Local address to connect "
                    + "from.", clearable = true) @Nullable Clearable<String> sourceIPAddress,
            @Param(value = "Name said in EHLO; $null is the engine's host "
                    + "name.", whenNew = "Name said in EHLO; the engine's host name when not "
                            + "given.", clearable = true) @Nullable Clearable<Domain> fqdn) {

        ConnectionSettings over(ConnectionSettings now) {
            return new ConnectionSettings(port == null ? now.port() : port.asOptional().orElse(0),
                    orNone(sourceIPAddress, now.sourceIPAddress()),
                    fqdn == null ? now.fqdn() : fqdn.asOptional().map(Domain::ascii).orElse(null));
        }
    }

    /// How large its mail may be and how long it may wait.
    record Limits(
            @Param(value = "Largest message; $null is no "
                    + "limit.", whenNew = "Largest message; no limit of its own when not "
                            + "given.", clearable = true) @Nullable Clearable<Size> maxMessageSize,
            @Param(value = "How long mail waits before it returns; $null is the engine's "
                    + "limit.", whenNew = "How long mail waits before it returns; the engine's limit when not "
                            + "given.", clearable = true) @Nullable Clearable<Duration> messageExpiration) {

        MessageLimits over(MessageLimits now) {
            return new MessageLimits(
                    maxMessageSize == null
                            ? now.maxMessageSize()
                            : maxMessageSize.asOptional().map(Size::bytes).orElse(0L),
                    orNone(messageExpiration, now.messageExpiration()));
        }
    }

    /// How many sessions carry its mail at once, and when what was deferred is tried again.
    record Pace(
            @Param(value = "Sessions at once in all; $null is no limit of its "
                    + "own.", whenNew = "Sessions at once in all; no limit of its own when not "
                            + "given.", clearable = true) @Nullable Clearable<Integer> maxSessions,
            @Param(value = "Sessions at once to one domain; $null is the engine's "
                    + "limit.", whenNew = "Sessions at once to one domain; the engine's limit when not "
                            + "given.", clearable = true) @Nullable Clearable<Integer> maxSessionsPerDomain,
            @Param(value = "Messages after which a session ends; $null is the engine's "
                    + "limit.", whenNew = "Messages after which a session ends; the engine's limit when not "
                            + "given.", clearable = true) @Nullable Clearable<Integer> maxMessagesPerSession,
            @Param(value = "Spans between the attempts for a message, of which the last repeats; $null is the "
                    + "engine's.", whenNew = "Spans between the attempts for a message, of which the last repeats; "
                            + "the engine's when not "
                            + "given.", clearable = true) @Nullable Clearable<List<Duration>> retryIntervals) {

        OutboundConnector.Pace over(OutboundConnector.Pace now) {
            return new OutboundConnector.Pace(or0(maxSessions, now.maxSessions()),
                    or0(maxSessionsPerDomain, now.maxSessionsPerDomain()),
                    or0(maxMessagesPerSession, now.maxMessagesPerSession()),
                    retryIntervals == null ? now.retryIntervals() : retryIntervals.asOptional().orElse(List.of()));
        }
    }

    /// Whether and for what it is there.
    record Use(
            @Param(value = "Whether it takes mail.", defaultValue = "$true") @Nullable Boolean enabled,
            @Param(value = "Free text for colleagues.", clearable = true) @Nullable Clearable<String> comment) {}

    @Override
    public OutboundConnector apply(OutboundConnector now) {
        General general = now.general();
        List<DomainPattern> domains = general.recipientDomains();
        return now
                .withGeneral(new General(general.name(), or(use.enabled, general.enabled()),
                        recipients.recipientDomains == null ? domains : recipients.recipientDomains.over(domains),
                        use.comment == null ? general.comment() : use.comment.asOptional().orElse("")))
                .withRoute(route.over(now.route())).withTls(tls.over(now.tls()))
                .withConnection(connection.over(now.connection())).withLimits(limits.over(now.limits()))
                .withPace(pace.over(now.pace()));
    }

    private static int or0(@Nullable Clearable<Integer> given, int now) {
        return given == null ? now : given.asOptional().orElse(0);
    }

    private static <T> T or(@Nullable T given, T now) { return given == null ? now : given; }

    private static <T> @Nullable T orNone(@Nullable Clearable<T> given, @Nullable T now) {
        return given == null ? now : given.asOptional().orElse(null);
    }
}
