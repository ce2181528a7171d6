// Writes to the partners whose mail hosts or records fail, each a letter with the evidence and what to change.
//
//   sternpost -File scripts/partner-notices.groovy -Days 7 -Directory letters -Contact mail-ops@example.com
//   sternpost -File scripts/partner-notices.groovy -Preview
//
// A letter is for each domain whose latest mail failed, or would have failed under Enabled, by a fault of the recipient.
// One that has a letter for the same fault gets no other before -Again is over. Each is written into two files, plain
// text and one page of HTML, and kept by the engine (Get-PartnerNotice), which sees when mail passes again. Whatever is
// ours to mend is listed, and has no letter. Exit codes: 0; 3 where a letter could not be written.

@Field @ScriptParam(help = 'how many days of mail are looked at')                int days = 7
@Field @ScriptParam(help = "names of connectors, or '*'")                        List<String> connectors = ['*']
@Field @ScriptParam(help = 'where the letters are written; made if need be')     String directory = 'letters'
@Field @ScriptParam(help = 'whom a partner may ask')                             String contact = ''
@Field @ScriptParam(help = 'how long a letter is not repeated')                  Duration again = 14.days
@Field @ScriptParam(help = 'tells what it would write, and writes nothing')      boolean preview

def since = days.days.ago
def views = connectors == ['*'] ? getTlsReadiness(since: since).toList()
        : connectors.collectMany { getTlsReadiness(connector: it.strip(), since: since) }
def open = getPartnerNotice().findAll { it.mendedAt == null && it.writtenAt > again.ago }
def failed = 0

def rows = views.collectMany { view ->
    view.details.findAll { it.wouldFail > 0 && it.passesSince == null }.collect { fault ->
        def row = [Domain: fault.domain, Connector: view.connector, WouldFail: fault.wouldFail, Reason: fault.reason]
        def before = open.find { it.domain == fault.domain && it.connector.equalsIgnoreCase(view.connector) && it.reason == fault.reason }
        if (fault.owner != 'RECIPIENT') return row + [Letter: '', Result: "ours to mend: $fault.remedy".toString()]
        if (before) return row + [Letter: before.identity, Result: "written $before.writtenAt, not answered yet".toString()]
        if (preview) return row + [Letter: '', Result: 'would be written']
        try {
            def letter = newPartnerNotice([domain: fault.domain, connector: view.connector, since: since]
                    + (contact ? [contact: contact] : [:])).single()
            def folder = new File(directory)
            if (!folder.isDirectory() && !folder.mkdirs()) throw new IOException("$folder cannot be made")
            def file = new File(folder, "$letter.identity-${letter.domain.replaceAll('[^A-Za-z0-9.-]', '_')}.txt")
            file.setText("Subject: $letter.subject\n\n${letter.text.join('\n')}\n", 'UTF-8')
            new File(folder, file.name.replaceFirst('txt$', 'html')).setText("${letter.html.join('\n')}\n", 'UTF-8')
            return row + [Letter: letter.identity, Result: file.path]
        } catch (CmdletException | IOException none) {
            failed++
            return row + [Letter: '', Result: "no letter: $none.message".toString()]
        }
    }
}
if (rows) show rows
else println "no mail failed since $since, nor would have under Enabled"
if (failed) fail "$failed of ${rows.size()} letters could not be written", 3
