// Reviews TLS exceptions: which are needed still, by the evidence of their own mail, which end soon, which may go.
//
//   sternpost -File scripts/exception-review.groovy
//   sternpost -File scripts/exception-review.groovy -Soon 30d -Remove
//
// Verdict says: Needed (mail to the domain still fails), NeedsRenewal (the same, and it ends within -Soon or has ended),
// MayGo (all mail has passed for -Passing, or the exception has ended and nothing fails), Wait (it passes, but not for long
// enough), NoEvidence (no mail was judged), Stricter (it asks for more than its connector does). With -Remove those that may
// go are removed. Exit codes: 0; 8 where an exception needs renewal.

@Field @ScriptParam(help = "names of connectors, or '*'")                        List<String> connectors = ['*']
@Field @ScriptParam(help = 'how far back it looks')                              Duration since = 30.days
@Field @ScriptParam(help = 'what ends within that ends soon')                    Duration soon = 14.days
@Field @ScriptParam(help = 'for how long all mail must have passed')             Duration passing = 7.days
@Field @ScriptParam(help = 'removes those that may go')                          boolean remove

@Field List<String> modes = ['Disabled', 'Opportunistic', 'Enabled']

def known = getOutboundConnector().collectEntries { [it.name, it.tlsValidation.toString()] }
def all = getTlsException().findAll { one -> connectors == ['*'] || connectors.any { it.strip().equalsIgnoreCase(one.connector) } }
def evidence = getTlsReadiness(since: since.ago).collectEntries { view -> [view.connector, view.details] }

def judged = all.collect { one ->
    def seen = evidence[one.connector].find { it.domain == one.domain }
    def ended = one.state == 'Expired'
    def ends = ended || one.expires < soon.fromNow
    def fails = seen && seen.wouldFail > 0 && seen.passesSince == null
    def passes = seen && !fails
    def good = passes ? seen.passesSince : null
    String verdict, why
    if (modes.indexOf(one.tlsValidation.toString()) > modes.indexOf(known[one.connector])) {
        verdict = 'Stricter'
        why = "${known[one.connector]} is the mode of $one.connector".toString()
    } else if (fails) {
        verdict = ends ? 'NeedsRenewal' : 'Needed'
        why = "$seen.wouldFail of $seen.messages messages fail, the last at $seen.lastFailed: $seen.sentence ($seen.remedy)".toString()
    } else if (passes && (ended || good && good < passing.ago)) {
        verdict = 'MayGo'
        why = "$seen.messages messages, all pass since $good".toString()
    } else if (passes) {
        verdict = 'Wait'
        why = "passes since $good".toString()
    } else if (ended) {
        verdict = 'MayGo'
        why = 'it has ended, and no mail was judged'
    } else {
        verdict = 'NoEvidence'
        why = one.tlsValidation.toString() == 'Disabled' ? 'nothing is judged by Disabled; Opportunistic delivers as well, and shows'
                : 'no mail was judged'
    }
    [Exception: one.identity, TlsValidation: one.tlsValidation.toString(), Verdict: verdict, Expires: one.expires,
     EndsSoon: ends, Owner: one.owner, Reason: one.reason, Why: why]
}.sort { a, b -> a.Verdict <=> b.Verdict ?: a.Expires <=> b.Expires }

if (judged) show judged
else println 'there is no exception'
def gone = judged.findAll { it.Verdict == 'MayGo' }
if (remove) gone.each { row ->
    def one = all.find { it.identity == row.Exception }
    removeTlsException(connector: one.connector, domain: one.domain, confirm: false)
    log.info "$row.Exception is removed: $row.Why"
}
else if (gone) log.info "${gone.size()} may go: -Remove removes them"
def due = judged.findAll { it.Verdict == 'NeedsRenewal' }
if (due) fail "needed, and ending soon or ended: ${due.collect { it.Exception }.join(', ')}", 8
