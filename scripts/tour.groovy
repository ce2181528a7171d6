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
    waitUntil(30.seconds) { ids.every { id -> getMessageTrace(messageTraceId: id).every { it.code } } }
    ids.collectMany { getMessageTrace(messageTraceId: it) }
}

// Mail keeps flowing while the engine advances the rollout or takes it back.
def sendWhileRunning = { String rollout, List<String> domains ->
    int rounds = 0
    while (getTlsRollout(identity: rollout).single().status == 'Running' && rounds++ < 10) {
        def before = getTlsRollout(identity: rollout).single()
        send(domains, "tour: $rollout stage $before.stage")
        waitUntil(5.seconds) { getTlsRollout(identity: rollout).single().with { it.status != 'Running' || it.stage != before.stage } }
    }
    getTlsRollout(identity: rollout).single()
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
    def connector = setOutboundConnector(identity: name, recipientDomains: [good, faulty]).single()
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
def partners = lab.domains.findAll { it.startsWith('dane-ta') || it.startsWith('sts-enforce-ok') || it in ['dane-ok.test', 'dane-ee-full.test', 'dane-rollover.test'] }
        .findAll { !(it =~ /expired|mismatch/) }
setOutboundConnector identity: 'watchful', recipientDomains: partners + faulty
def risky = startTlsRollout(connector: 'watchful', to: 'Enabled', shares: [50, 100], hold: 0.seconds, maxFailureRate: 1.percent,
        minMessages: 1, overrideReason: 'the tour shows a rollback').single()
risky = sendWhileRunning(risky.identity, partners + faulty)
println "$risky.identity is $risky.status: $risky.why"
risky.history.each { println "  $it" }
println "watchful is ${getOutboundConnector(identity: 'watchful').single().tlsValidation}, as before"

step 'The same for a route whose partners are in order: it completes'
setOutboundConnector identity: 'watchful', recipientDomains: []
newOutboundConnector name: 'banks', recipientDomains: partners, tlsValidation: 'Opportunistic'
send(partners, 'tour: before the rollout')
def steady = startTlsRollout(connector: 'banks', to: 'Enabled', shares: [50, 100], hold: 0.seconds, maxFailureRate: 1.percent,
        minMessages: 1).single()
steady = sendWhileRunning(steady.identity, partners)
println "$steady.identity is $steady.status: $steady.why"
steady.history.each { println "  $it" }
println "banks is now ${getOutboundConnector(identity: 'banks').single().tlsValidation}"

if (risky.status != 'RolledBack' || steady.status != 'Finished') fail 'the tour did not end as it should'
step 'The end. On your own: `./sternpost lab` in one terminal, `./sternpost` in another (see README.md)'
