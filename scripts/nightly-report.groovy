// Makes the page of what was delivered yesterday (UTC), keeps it in a directory, sends it as mail, or both. For a timer.
//
//   sternpost -File scripts/nightly-report.groovy -Directory /srv/reports
//   sternpost -File scripts/nightly-report.groovy -To security@bank.example,mail-ops@bank.example -From relay@bank.example
//
// It runs where the engine runs, as its user: the engine writes the page, and nobody else may read it. The mail goes in
// through the gateway's own listener, like that of any application, with the figures in words for who reads no HTML. Ends
// with 0 once all is done; run it again for the same day and the page is replaced, and the mail sent once more.

@Field @ScriptParam(help = 'keeps the page as delivery-2026-11-28.html in this directory') String directory = ''
@Field @ScriptParam(help = 'sends the page to these addresses')                            List<String> to = []
@Field @ScriptParam(help = 'sender of the mail; needed with -To')                          String from = ''
@Field @ScriptParam(help = 'listener that takes the mail')                                 String smtp = '127.0.0.1:2525'
@Field @ScriptParam(help = 'last day of the report; yesterday when not given')             String day = ''
@Field @ScriptParam(help = 'how many days it is about')                                    int days = 1
@Field @ScriptParam(help = 'only this connector')                                          String connector = ''

if (!directory && !to) fail 'nothing to do: give -Directory, -To, or both'
if (to && !from) fail '-To needs -From, the sender of the mail'
if (days < 1) fail '-Days is 1 or more'
def utc = java.time.ZoneOffset.UTC
def last
try {
    last = day ? java.time.LocalDate.parse(day) : java.time.LocalDate.now(utc).minusDays(1)
} catch (java.time.DateTimeException bad) {
    fail "-Day $day is no day: write it as 2026-11-28"
}
def begin = last.minusDays(days - 1).atStartOfDay(utc).toInstant()
def end = last.plusDays(1).atStartOfDay(utc).toInstant()

def kept = directory ? new File(directory).absoluteFile : java.nio.file.Files.createTempDirectory('sternpost-report').toFile()
if (!kept.isDirectory()) fail "-Directory $kept is no directory: make it, owned by the engine's user"
def page = new File(kept, "delivery-${last}.html")
try {
    def asked = [path: page.path, startDate: begin, endDate: end, force: true]
    if (connector) asked.connector = connector
    exportDeliveryReport(asked)
    if (directory) log.info "wrote $page"
    if (to) {
        def counts = connector ? getDeliveryReport(startDate: begin, endDate: end, connector: connector)
                : getDeliveryReport(startDate: begin, endDate: end)
        def lines = counts.collect {
            "$it.connector: $it.delivered delivered, $it.deferred put off, $it.failed failed, $it.notices notices, " +
                    "$it.wouldHaveFailed would have failed under Enabled"
        }
        send(page.getText('UTF-8'), (lines ?: ['No mail was attempted.']).join('\r\n'), last.toString())
        log.info "sent to ${to.join(', ')}"
    }
} finally {
    if (!directory) {
        page.delete()
        kept.delete()
    }
}

// One message for all, in the words of RFC 5321; whatever the listener does not take ends the script with its reply.
void send(String html, String text, String name) {
    def (host, port) = smtp.split(':(?=\\d+$)').toList()
    if (!port) fail "-Smtp $smtp has no port: write 127.0.0.1:2525"
    def subject = "Delivery report $name" + (connector ? " of $connector" : '')
    def bound = "report-${UUID.randomUUID()}"
    def part = { String type, String body ->
        ["--$bound", "Content-Type: text/$type; charset=utf-8", 'Content-Transfer-Encoding: base64', '',
         Base64.getMimeEncoder(76, [13, 10] as byte[]).encodeToString(body.getBytes('UTF-8'))].join('\r\n')
    }
    def date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(java.time.OffsetDateTime.now(java.time.ZoneOffset.UTC))
    def message = ["From: <$from>", "To: ${to.collect { "<$it>" }.join(', ')}",
                   "Subject: =?UTF-8?B?${Base64.encoder.encodeToString(subject.getBytes('UTF-8'))}?=", "Date: $date",
                   "Message-ID: <${UUID.randomUUID()}@${from.replaceAll('.*@', '')}>", 'Auto-Submitted: auto-generated',
                   'MIME-Version: 1.0', "Content-Type: multipart/alternative; boundary=\"$bound\"", '',
                   part('plain', text), part('html', html), "--$bound--", '.'].join('\r\n')
    try (def socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port as int), 10_000)
        socket.soTimeout = 120_000
        def replies = new BufferedReader(new InputStreamReader(socket.inputStream, 'US-ASCII'))
        def say = { String line ->
            if (line) {
                socket.outputStream.write("$line\r\n".toString().getBytes('US-ASCII'))
                socket.outputStream.flush()
            }
            def reply = replies.readLine()
            while (reply?.length() > 3 && reply[3] == '-') reply = replies.readLine()
            if (!reply || !(reply[0] in ['2', '3']))
                fail "the listener $smtp answered ${reply ?: 'nothing'} to ${line.readLines() ? line.readLines().first() : 'the connection'}"
        }
        say ''
        say "EHLO ${InetAddress.loopbackAddress.hostName}"
        say "MAIL FROM:<$from>"
        to.each { say "RCPT TO:<$it>" }
        say 'DATA'
        say message
        say 'QUIT'
    } catch (IOException broken) {
        fail "the listener $smtp does not take the mail: $broken.message"
    }
}
