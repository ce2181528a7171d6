// What the JDK watches when the program is trained: a script such as an administrator writes. See org.sternpost.shell.training.
def banks = ['dane-ok.test', 'dane-ta.test']

newOutboundConnector name: 'training', recipientDomains: banks, tlsValidation: 'Enabled'
getOutboundConnector().each { println "${it.name} ${it.tlsValidation} ${it.recipientDomains}" }

def id = sendMailMessage(from: 'admin@lab.test', to: ['user@dane-ok.test'], subject: 'Training', body: 'Hello').single()
        .messageTraceId
waitUntil(1.minutes) { getMessageTrace(messageTraceId: id).every { it.status == 'Delivered' } }
show getMessageTrace(messageTraceId: id)
show getMessageTrace(resultSize: 50).findAll { it.status == 'Delivered' }.take(3)

show getDeliveryReport()
show getTlsReadiness('training')
show getQueue()
dryRun { setOutboundConnector 'training', tlsValidation: 'Disabled' }
try { getOutboundConnector('nosuch') } catch (CmdletException missing) { println missing.code }
def sizes = banks.collectEntries { [(it): it.size()] }
printf '%s has %d letters%n', banks.first(), sizes[banks.first()]
println "${getOutboundConnector().size()} connectors"
removeOutboundConnector identity: 'training', confirm: false
