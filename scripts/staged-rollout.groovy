// Tightens many outbound connectors to Enabled, one after another, each by growing shares of its recipient domains.
//
//   sternpost -File scripts/staged-rollout.groovy -Connectors banks,partners -Shares 5,25,50,100 -Hold 24h
//   sternpost -File scripts/staged-rollout.groovy -Connectors '*' -Window 'Mon-Fri 08:00-16:00' -Notices
//
// The one whose own mail has proven most goes first; one whose mail would fail is not begun, and told with the domains
// that stand in its way. The guard of the engine takes a share back whose mail fails, also while this script is gone.
// Run again, it goes on where it was: with the rollout that is open, then with the next. A connector may get another
// name meanwhile, and the engine may be restarted. One that went back is left alone for -Rest.
//
// It ends with a table of all connectors. Exit codes: 0 all are Enabled; 3 some are not; 9 some went back; 5 no engine
// was there for longer than -Outage.

@Field @ScriptParam(mandatory = true, help = "names of connectors, or '*' for all that are Opportunistic") List<String> connectors
@Field @ScriptParam(help = 'growing percentages of recipient domains')                List<Integer> shares = [5, 25, 50, 100]
@Field @ScriptParam(help = 'how long each share must stand')                          Duration hold = 24.hours
@Field @ScriptParam(help = 'most mail of a share that may fail, in percent')          double maxFailureRate = 0.5
@Field @ScriptParam(help = 'messages of a share before its rate counts')              int minMessages = 200
@Field @ScriptParam(help = 'how far back readiness looks; as Get-TlsReadiness does when not given') Duration since
@Field @ScriptParam(help = "steps forward are taken only then, 'Mon-Fri 08:00-16:00'") String window = ''
@Field @ScriptParam(help = 'time zone of -Window')                                    String timeZone = ''
@Field @ScriptParam(help = 'a ticket, for the history and the audit')                 String changeNote = ''
@Field @ScriptParam(help = 'writes letters to partners whose mail fails (Get-PartnerNotice)') boolean notices
@Field @ScriptParam(help = 'whom a partner may ask, in the letters')                  String contact = ''
@Field @ScriptParam(help = 'begins no other once one went back')                      boolean stopAfterRollback
@Field @ScriptParam(help = 'how long a stage may stand beyond its hold; then it is left as it is, and the next begins') Duration patience = 14.days
@Field @ScriptParam(help = 'how long one that went back is left alone')               Duration rest = 7.days
@Field @ScriptParam(help = 'how long an engine that is away is waited for')           Duration outage = 1.hour
@Field @ScriptParam(help = 'how often it looks')                                      Duration look = 10.seconds

@Field Map<String, Map> ends = [:]     // what became of each connector, as the table has it
@Field Set<String> left = []           // rollouts that stand for longer than anybody waits

/** Asks the engine, also one that is being restarted. */
def asked(Closure question) {
    def end = outage.fromNow
    def said = false
    while (true) {
        try {
            return question()
        } catch (CmdletException away) {
            if (away.code != 'UNREACHABLE' || 0.seconds.ago > end) throw away
            if (!said) log.warn "$away.message; it is waited for until $end"
            said = true
            pause 1.second
        }
    }
}

boolean isOpen(rollout) { rollout.status in ['Running', 'Suspended'] }

boolean wentBack(rollout) { rollout.status in ['RolledBack', 'Stopped', 'Undone'] }

Instant lastStep(rollout) {
    String line = rollout.history.last()
    Instant.parse(line.substring(0, line.indexOf(' ')))
}

void ended(String name, String result, rollout, List failing, String why) {
    ends[name] = [Connector: name, Result: result, Rollout: rollout ? rollout.identity : '', FailingDomains: failing, Why: why]
}

/** Tells what the engine does until the rollout ends or stands for longer than anybody waits. */
def follow(String identity) {
    def told = ''
    while (true) {
        def now = asked { getTlsRollout(identity: identity).single() }
        // Counts and times change with each look; who reads wants to know what it waits for.
        def tells = "$now.stage $now.status ${now.why.replaceAll(/\d+/, '')}".toString()
        if (now.status == 'Running' && tells != told)
            log.info "$now.connector: $identity holds $now.sharePercent % of its domains ($now.domains served so far)${now.why ? "; $now.why" : ''}"
        told = tells
        if (now.status != 'Running' || 0.seconds.ago > lastStep(now) + now.hold + patience) return now
        pause look
    }
}

/** Letters to whom a fault is theirs, unless one is on its way. */
void write(String name, domains) {
    if (!notices) return
    def open = asked { getPartnerNotice() }.findAll { it.mendedAt == null && it.connector.equalsIgnoreCase(name) }
    domains.findAll { domain -> !open.any { it.domain == domain } }.each { domain ->
        try {
            def letter = asked { newPartnerNotice([domain: domain, connector: name] + (contact ? [contact: contact] : [:])).single() }
            log.info "$name: letter $letter.identity to $domain: $letter.subject"
        } catch (CmdletException none) {
            log.warn "$name: no letter to $domain: $none.message"
        }
    }
}

void settled(rollout) {
    String name = rollout.connector
    log.info "$name: $rollout.identity is $rollout.status: $rollout.why"
    if (rollout.status == 'Running') {
        left << rollout.identity
        ended name, 'Waiting', rollout, rollout.failingDomains, rollout.why
    } else ended name, rollout.status == 'Finished' ? 'Enabled' : rollout.status, rollout, rollout.failingDomains, rollout.why
    write name, rollout.failingDomains
}

def known = asked { getOutboundConnector() }
// A connector keeps the time it was made at, whatever it is called.
def made = known.collectEntries { [it.name, it.whenCreated] }
def pending = connectors == ['*'] ? known.findAll { it.tlsValidation.toString() != 'Disabled' }.collect { it.name }
        : connectors.collect { it.strip() }
def others = ''

while (pending) {
    def rollouts = asked { getTlsRollout() }
    known = asked { getOutboundConnector() }
    pending = pending.collect { name ->
        if (known.any { it.name.equalsIgnoreCase(name) }) return name
        def renamed = known.findAll { made[name] && it.whenCreated == made[name] }
        renamed.size() == 1 ? renamed.first().name : name
    }
    known.each { made.putIfAbsent(it.name, it.whenCreated) }

    def open = rollouts.find { isOpen(it) && !(it.identity in left) }
    if (open) {
        def end = follow(open.identity)
        settled end
        pending = pending.findAll { !it.equalsIgnoreCase(open.connector) && !it.equalsIgnoreCase(end.connector) }
        if (end.status == 'Suspended') others = "$end.identity of $end.connector is suspended, and one runs at a time"
        if (wentBack(end) && stopAfterRollback) others = "$end.identity of $end.connector went back, and -StopAfterRollback is given"
        if (others) break
        continue
    }

    // What needs no rollout, or may have none.
    pending = pending.findAll { name ->
        def connector = known.find { it.name.equalsIgnoreCase(name) }
        def last = rollouts.findAll { it.connector.equalsIgnoreCase(name) }.with { it ? it.last() : null }
        if (last && last.identity in left) return false
        if (!connector) ended name, 'Unknown', null, [], 'there is no connector of that name'
        else if (connector.tlsValidation.toString() == 'Enabled') {
            log.info "$name: already Enabled"
            ended name, 'Enabled', last, [], last ? last.why : 'it was before'
        } else if (connector.tlsValidation.toString() == 'Disabled')
            ended name, 'Disabled', null, [], "nothing was judged yet: Start-TlsRollout $name -To Opportunistic goes before"
        else if (last && wentBack(last) && lastStep(last) + rest > 0.seconds.ago)
            ended name, last.status, last, last.failingDomains, last.why
        else return true
        false
    }

    def judged = asked { getTlsReadiness([maxFailureRate: maxFailureRate.percent] + (since ? [since: since.ago] : [:])) }
            .findAll { view -> pending.any { it.equalsIgnoreCase(view.connector) } }
    def ready = judged.findAll { it.ready }.sort { a, b -> a.wouldFailPercent <=> b.wouldFailPercent ?: b.messages <=> a.messages }
    if (!ready) {
        judged.each { view ->
            log.info "$view.connector is not ready: $view.why"
            ended view.connector, 'NotReady', null, view.failingDomains, view.why
            def failing = view.details.findAll { it.domain in view.failingDomains && it.domain !in view.exceptedDomains }
            failing.each { log.info "$view.connector: $it.domain: $it.sentence ($it.remedy)" }
            write view.connector, failing.findAll { it.owner == 'RECIPIENT' }.collect { it.domain }
        }
        break
    }
    try {
        def wish = [connector: ready.first().connector, to: 'Enabled', shares: shares, hold: hold,
                    maxFailureRate: maxFailureRate.percent, minMessages: minMessages, concurrent: !left.isEmpty()]
        if (window) wish.window = window
        if (timeZone) wish.timeZone = timeZone
        if (changeNote) wish.changeNote = changeNote
        def begun = startTlsRollout(wish).single()
        log.info "$begun.connector: $begun.identity begins"
    } catch (CmdletException refused) {
        // An engine that went away may have begun it, and somebody else another; the next look tells.
        if (refused.code == 'UNREACHABLE' || asked { getTlsRollout() }.any { isOpen(it) && !(it.identity in left) }) continue
        ended ready.first().connector, 'NotStarted', null, [], refused.message
        pending = pending.findAll { !it.equalsIgnoreCase(ready.first().connector) }
    }
}

pending.findAll { !ends.containsKey(it) }.each { ended it, 'NotStarted', null, [], others }
left.each { identity ->
    def now = asked { getTlsRollout(identity: identity).single() }
    if (now.status != 'Running') settled now
}
show ends.values().toList()
def open = ends.values().findAll { it.Result != 'Enabled' }
if (ends.values().any { it.Result in ['RolledBack', 'Stopped', 'Undone'] })
    fail "${open.size()} of ${ends.size()} connectors are not Enabled, some went back", 9
if (open) fail "${open.size()} of ${ends.size()} connectors are not Enabled", 3
