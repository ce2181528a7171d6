// Reviews what stands between each connector and Enabled, by its own mail, and what to do next.
//
//   sternpost -File scripts/readiness-review.groovy
//   sternpost -File scripts/readiness-review.groovy -Connectors banks,partners -Since 30d -Check
//
// Three tables: connectors, the domains that fail with whose fault it is and whether a letter is on its way, and the next
// step of each connector. It changes nothing. Exit codes: 0; with -Check, 8 where a connector is not ready.

@Field @ScriptParam(help = "names of connectors, or '*'")                        List<String> connectors = ['*']
@Field @ScriptParam(help = 'how far back it looks; as Get-TlsReadiness does when not given') Duration since
@Field @ScriptParam(help = 'most mail of a connector that may fail, in percent') double maxFailureRate = 0.5
@Field @ScriptParam(help = 'how many domains it names, the worst first')         int top = 50
@Field @ScriptParam(help = 'ends with 8 where a connector is not ready')         boolean check

def modes = getOutboundConnector().collectEntries { [it.name, it] }
def asked = [maxFailureRate: maxFailureRate.percent] + (since ? [since: since.ago] : [:])
def views = connectors == ['*'] ? getTlsReadiness(asked).toList()
        : connectors.collectMany { getTlsReadiness([connector: it.strip()] + asked) }
def letters = getPartnerNotice().findAll { it.mendedAt == null }
def letterTo = { view, domain -> letters.find { it.domain == domain && it.connector.equalsIgnoreCase(view.connector) } }
def failing = { view -> view.details.findAll { it.wouldFail > 0 && !it.repaired } }

println 'Connectors'
show views.collect { view ->
    [Connector: view.connector, TlsValidation: modes[view.connector].tlsValidation.toString(), Ready: view.ready,
     Messages: view.messages, WouldFail: view.wouldFail, WouldFailPercent: view.wouldFailPercent, Domains: view.domains,
     Failing: view.failingDomains.size(), Repaired: view.repairedDomains.size(), Excepted: view.exceptedDomains.size()]
}

def rows = views.collectMany { view ->
    failing(view).collect { domain ->
        def letter = letterTo(view, domain.domain)
        [Domain: domain.domain, Connector: view.connector, WouldFail: domain.wouldFail, Messages: domain.messages,
         Reason: domain.reason, Owner: domain.owner, PassesSince: domain.passesSince,
         Letter: letter ? "$letter.identity of $letter.writtenAt".toString() : '',
         Exception: domain.exception, Sentence: domain.sentence, Remedy: domain.remedy]
    }
}.sort { a, b -> b.WouldFail <=> a.WouldFail ?: a.Domain <=> b.Domain }
println "\nDomains whose mail would fail: ${rows.size()}${rows.size() > top ? ", of which $top are shown" : ''}"
if (rows) show rows.take(top)

println '\nNext steps'
show views.collect { view ->
    def mode = modes[view.connector].tlsValidation.toString()
    def theirs = failing(view).findAll { it.owner == 'RECIPIENT' && it.passesSince == null }
    def unwritten = theirs.findAll { !letterTo(view, it.domain) }
    def ours = failing(view).findAll { it.owner != 'RECIPIENT' }
    def step = []
    if (mode == 'Disabled') step << "Start-TlsRollout $view.connector -To Opportunistic, so that its mail is judged"
    ours.each { step << "$it.domain is ours to mend: $it.remedy" }
    if (unwritten) step << "partner-notices.groovy -Connectors $view.connector, as no letter is on its way to ${unwritten.collect { it.domain }.join(', ')}"
    if (theirs.size() > unwritten.size()) step << "letters that are not answered yet: ${theirs.size() - unwritten.size()}"
    if (view.ready && mode == 'Opportunistic') step << "staged-rollout.groovy -Connectors $view.connector"
    if (!view.ready && mode == 'Opportunistic') step << view.why
    if (mode == 'Enabled' && !step) step << 'none'
    [Connector: view.connector, Step: step.join('; ')]
}
def unready = views.findAll { !it.ready }
if (check && unready) fail "${unready.size()} of ${views.size()} connectors are not ready: ${unready.collect { it.connector }.join(', ')}", 8
