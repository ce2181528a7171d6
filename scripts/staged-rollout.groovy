// Tightens one outbound connector after another, each by growing shares of its recipient domains.
//
//   sternpost -File scripts/staged-rollout.groovy -Connectors banks,partners -Shares 5,25,50,100 -Hold 24h
//
// A connector starts only if its own traffic of the last days has proven that it may; a breach of the limit undoes it by
// itself in the engine, also when this script is gone. Started again, it goes on where it was.

@Field @ScriptParam(mandatory = true, help = 'connectors to tighten, in this order') List<String> connectors
@Field @ScriptParam(help = 'growing percentages of recipient domains')                List<Integer> shares = [5, 25, 50, 100]
@Field @ScriptParam(help = 'how long each share must stand')                          Duration hold = 24.hours
@Field @ScriptParam(help = 'most mail of a share that may fail, in percent')          double maxFailureRate = 0.5
@Field @ScriptParam(help = 'messages of a share before its rate counts')              int minMessages = 200
@Field @ScriptParam(help = 'how far back readiness looks')                            Duration since = 7.days

connectors.each { name ->
    // In this order: one that finishes in between has made the connector Enabled.
    def open = getTlsRollout().find { it.connector.equalsIgnoreCase(name) && it.status in ['Running', 'Suspended'] }
    def connector = getOutboundConnector(identity: name).single()
    if (connector.tlsValidation.toString() == 'Enabled' && !open) {
        log.info "$name: already Enabled"
        return
    }
    if (!open) {
        def ready = getTlsReadiness(connector: name, since: since.ago, maxFailureRate: maxFailureRate.percent).single()
        if (!ready.ready) {
            ready.details.findAll { it.wouldFail > 0 }.each { log.info "$name: $it.domain: $it.sentence ($it.remedy)" }
            fail "$name is not ready: $ready.why"
        }
        open = startTlsRollout(connector: name, to: 'Enabled', shares: shares, hold: hold, maxFailureRate: maxFailureRate.percent,
                minMessages: minMessages).single()
    }
    log.info "$name: $open.identity holds $open.sharePercent % of its domains ($open.domains served so far)"
    // The guard lives in the engine; this only tells what it does.
    int stage = open.stage
    waitUntil(hold * (shares.size() + 1) + 30.days) {
        def now = getTlsRollout(identity: open.identity).single()
        if (now.stage != stage) {
            stage = now.stage
            log.info "$name: $open.identity holds $now.sharePercent % of its domains ($now.domains served so far)"
        }
        now.status != 'Running'
    }
    def end = getTlsRollout(identity: open.identity).single()
    log.info "$name: $end.identity is $end.status: $end.why"
    if (end.status != 'Finished') fail "$name: stopped here; nothing after it was changed"
}
