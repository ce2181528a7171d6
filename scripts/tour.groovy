// A tour of Sternpost on its practice internet: sternpost -File scripts/tour.groovy
// Everything happens on loopback addresses of this machine and is gone afterwards.

def step(String text) { println "\n=== $text" }

def good = 'dane-ok.test'
def faulty = 'dane-mismatch.test'

// Hands one message to each domain to the engine and waits until each was tried once.
def send = { List<String> domains, String subject ->
    def ids = domains.collect { domain ->
        sendMailMessage(from: 'admin@lab.test', to: ["user@$domain"], subject: subject, body: 'Hello from the tour.')
                .single().messageTraceId
    }
    // A busy machine may need minutes where an idle one needs a second; what is waited for is a fact, not a time.
    if (!waitUntil(5.minutes) { ids.every { id -> getMessageTrace(messageTraceId: id).every { it.code } } }) {
        fail "no attempt at all within 5 minutes: the machine is too busy, or this is a defect (Get-Queue says more)"
    }
    ids.collectMany { getMessageTrace(messageTraceId: it) }
}

// Mail keeps flowing while the engine advances the rollout or takes it back: a round for each share that it reaches.
def sendWhileRunning = { String rollout, List<String> domains ->
    def now = getTlsRollout(identity: rollout).single()
    while (now.status == 'Running') {
        def stage = now.stage
        send(domains, "tour: $rollout stage $stage")
        // Too few messages for a verdict: another round; else the guard has all it needs.
        boolean went = waitUntil(5.minutes) {
            now = getTlsRollout(identity: rollout).single()
            now.status != 'Running' || now.stage != stage || now.messages < now.minMessages
        }
        if (!went) fail "$rollout stands at share $now.sharePercent % since 5 minutes: $now.why"
    }
    now
}

step 'The practice internet: signed DNS, mail hosts with every fault, MTA-STS hosts; and an engine on it'
def lab = startLab()
println "${lab.domains.size()} recipient domains, among them ${lab.domains.take(6).join(', ')}"

step 'Three connectors, one for each mode'
newOutboundConnector name: 'relaxed', tlsValidation: 'Disabled'
newOutboundConnector name: 'watchful', tlsValidation: 'Opportunistic'
newOutboundConnector name: 'strict', tlsValidation: 'Enabled'
show getOutboundConnector()

['relaxed', 'watchful', 'strict'].each { name ->
    def connector = setOutboundConnector(identity: name, recipientDomains: [good, faulty], confirm: false).single()
    step "$connector.tlsValidation: mail to $good, and to $faulty whose TLSA record names another certificate"
    send([good, faulty], "tour: $name").each { row ->
        println "  ${row.recipientAddress.padRight(24)} ${row.status.padRight(10)} ${row.code.padRight(8)}" +
                (row.wouldHaveFailed ? " would have failed under Enabled: $row.wouldHaveFailed" : '')
        if (row.status == 'Pending' || row.wouldHaveFailed) println "    $row.detail"
    }
    setOutboundConnector(identity: name, recipientDomains: [])
}

step 'What the engine proved about the faulty host, event by event'
show getMessageTraceDetail(messageTraceId: getMessageTrace(recipientAddress: "user@$faulty", status: 'Pending').first().messageTraceId)

step 'The chain of proof, without sending mail (Test-TlsValidation)'
show testTlsValidation(domainName: faulty)

step 'If the watchful connector were Enabled: which mail would have failed (Get-TlsReadiness)'
show getTlsReadiness(connector: 'watchful')

step 'A staged rollout that meets the faulty domain: the guard takes it back by itself'
def partners = ['dane-ok.test', 'dane-ee-full.test', 'dane-ta.test', 'dane-ta-2-1-1.test', 'dane-ta-full.test', 'dane-rollover.test', 'sts-enforce-ok.test']
setOutboundConnector identity: 'watchful', recipientDomains: partners + faulty
def risky = startTlsRollout(connector: 'watchful', to: 'Enabled', shares: [50, 100], hold: 0.seconds, maxFailureRate: 1.percent,
        minMessages: 1, overrideReason: 'the tour shows a rollback').single()
risky = sendWhileRunning(risky.identity, partners + faulty)
println "$risky.identity is $risky.status: $risky.why"
risky.history.each { println "  $it" }
def watchful = getOutboundConnector(identity: 'watchful').single().tlsValidation.toString()
println "watchful is $watchful${watchful == 'Opportunistic' ? ', as before' : ', which it should not be'}"

step 'The same for a route whose partners are in order: it completes'
setOutboundConnector identity: 'watchful', recipientDomains: []
newOutboundConnector name: 'banks', recipientDomains: partners, tlsValidation: 'Opportunistic'
send(partners, 'tour: before the rollout')
def steady = startTlsRollout(connector: 'banks', to: 'Enabled', shares: [50, 100], hold: 0.seconds, maxFailureRate: 1.percent,
        minMessages: partners.size()).single()
steady = sendWhileRunning(steady.identity, partners)
println "$steady.identity is $steady.status: $steady.why"
steady.history.each { println "  $it" }
println "banks is now ${getOutboundConnector(identity: 'banks').single().tlsValidation}"

if (risky.status != 'RolledBack') fail "the faulty domain should have stopped $risky.identity, which is $risky.status: $risky.why"
if (steady.status != 'Finished') fail "$steady.identity should have finished and is $steady.status: $steady.why"
step 'The end. On your own: `./sternpost lab` in one terminal, `./sternpost` in another (see README.md)'
