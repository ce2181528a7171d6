package org.sternpost.cmdlets.mail;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Parameters of Exchange's queue and trace cmdlets that hands type and that are not here, with the reason
/// (docs/queue.md#exchange, docs/trace.md#exchange).
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

    private static final Refusal PAGES = new Refusal("pages move while mail arrives",
            "-ResultSize says how much; a cut names the command that goes on, by -Cursor");
    private static final Refusal WHOLE = new Refusal("the whole life of a message is told",
            "-Event picks events of it");
    private static final Map<String, Refusal> TRACE = Map.of("startingrecipientaddress",
            new Refusal("it would lose rows of one moment, or show them twice", "-Cursor goes on exactly"), "page",
            PAGES, "pagesize", PAGES, "probetag", new Refusal("nobody probes this gateway by mail", "leave it out"));
    private static final Map<String, Refusal> TRACE_DETAIL = Map.of("action",
            new Refusal("an action is a status code or a verdict here", "-Event picks events; Where-Object any other"),
            "messageid", new Refusal("several messages may have one", "Get-MessageTrace -MessageId finds them, and "
                    + "its rows may be piped here"),
            "senderaddress",
            new Refusal("a message has one sender", "Get-MessageTrace -SenderAddress finds messages, and its rows may "
                    + "be piped here"),
            "page", WHOLE, "pagesize", WHOLE);
    private static final Map<String, Refusal> GET = Map.of("server", ONE_ENGINE, "bookmarkindex", STREAMED,
            "bookmarkobject", STREAMED, "includebookmark", STREAMED, "searchforward", STREAMED, "returnpageinfo",
            STREAMED);
    private static final Map<String, Refusal> GET_MESSAGE = Map.of("includerecipientinfo", RECIPIENTS,
            "includecomponentlatencyinfo", LATENCY);
    private static final Map<String, Map<String, Refusal>> BY_CMDLET = Map.of("Get-MessageTrace",
            TRACE, "Get-MessageTraceDetail", TRACE_DETAIL, "Get-QueueDigest",
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
