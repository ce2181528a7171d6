package org.sternpost.cmdlets.mail;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Parameters of Exchange's queue cmdlets that hands type and that are not here, with the reason
/// (docs/queue.md#exchange).
public final class ExchangeHabits {

    /// Why a parameter is not here, and what to say instead.
    public record Refusal(String reason, String remedy) {}

    private static final Refusal ONE_ENGINE = new Refusal("a session speaks to one engine, and these are its queues",
            "-Target of the program names another engine");
    private static final Refusal STREAMED = new Refusal("an answer is handed on as it is found, so it has no pages",
            "-ResultSize says how much of it; a cut is told");
    private static final Refusal LATENCY = new Refusal("a message goes through no chain of components here",
            "Get-MessageTraceDetail tells what happened to it, and when");
    private static final Refusal RECIPIENTS = new Refusal("recipients are always shown",
            "Get-MessageTraceDetail tells of each what happened to it");
    private static final Refusal RESUBMIT = new Refusal("mail is routed anew before each attempt, so there is nothing "
            + "to resubmit", "Retry-Queue alone does it");
    private static final Refusal OTHER_SERVERS = new Refusal("there are no other servers to move mail to",
            "-Connector sends it another way");

    private static final Map<String, Refusal> GET = Map.of("server", ONE_ENGINE, "bookmarkindex", STREAMED,
            "bookmarkobject", STREAMED, "includebookmark", STREAMED, "searchforward", STREAMED, "returnpageinfo",
            STREAMED);
    private static final Map<String, Refusal> GET_MESSAGE = Map.of("includerecipientinfo", RECIPIENTS,
            "includecomponentlatencyinfo", LATENCY);
    private static final Map<String, Map<String, Refusal>> BY_CMDLET = Map.of("Get-QueueDigest",
            Map.of("server", ONE_ENGINE, "dag", ONE_ENGINE, "site", ONE_ENGINE, "forest", ONE_ENGINE), "Retry-Queue",
            Map.of("server", ONE_ENGINE, "resubmit", RESUBMIT), "Redirect-Message",
            Map.of("server", ONE_ENGINE, "target", OTHER_SERVERS));
    private static final List<String> OF_THE_QUEUE = List.of("Suspend-Queue", "Resume-Queue", "Suspend-Message",
            "Resume-Message", "Remove-Message", "Export-Message");

    private ExchangeHabits() {}

    /// Why a cmdlet has no parameter of that name, where Exchange's has one.
    public static Optional<Refusal> refusal(String cmdlet, String parameter) {
        String name = parameter.toLowerCase(Locale.ROOT);
        if (cmdlet.equals("Get-Message") && GET_MESSAGE.containsKey(name))
            return Optional.of(GET_MESSAGE.getOrDefault(name, LATENCY));
        if (cmdlet.equals("Get-Queue") || cmdlet.equals("Get-Message")) return Optional.ofNullable(GET.get(name));
        if (OF_THE_QUEUE.contains(cmdlet) && name.equals("server")) return Optional.of(ONE_ENGINE);
        return Optional.ofNullable(BY_CMDLET.getOrDefault(cmdlet, Map.of()).get(name));
    }
}
