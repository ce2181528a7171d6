package org.sternpost.engine.real;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.lab.real.PostfixInstance;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Postfix (OpenSSL): one smtpd per mail host, each with its own address and certificate; mail ends in a maildir.
final class RealPostfix implements Receiver {

    static final String NAME = "postfix";

    private final Path mail;
    private final ServerProcess process;

    private RealPostfix(Path mail, ServerProcess process) {
        this.mail = mail;
        this.process = process;
    }

    static RealPostfix start(RealSoftware software, Path directory, List<Listener> hosts) throws Exception {
        return start(software, directory, hosts, "");
    }

    /// @param more lines of its main.cf
    static RealPostfix start(RealSoftware software, Path directory, List<Listener> hosts, String more)
            throws Exception {
        var instance = new PostfixInstance(software, directory);
        Path mail = instance.owned("mail", "rwx------");
        var process = instance.start(settings(mail) + more,
                hosts.stream().map(RealPostfix::smtpd).collect(Collectors.joining()) + services(),
                hosts.stream().map(Listener::address).toList());
        return new RealPostfix(mail, process);
    }

    @Override
    public String name() { return NAME; }

    @Override
    public Path mail() { return mail; }

    @Override
    public void close() { process.close(); }

    private static String smtpd(Listener host) {
        String tls = host.starttls() ? "-o smtpd_tls_chain_files=" + host.pem() : "-o smtpd_tls_security_level=none";
        return host.ip() + ":" + host.port() + " inet n - n - - smtpd " + tls
                + (host.old() ? " -o smtpd_tls_protocols=TLSv1.2" : "")
                + (host.chunking() ? "" : " -o smtpd_discard_ehlo_keywords=chunking") + "\n";
    }

    private static String services() { return """
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                proxymap unix - - n - - proxymap
                postlog unix-dgram n - n - 1 postlogd
                """; }

    private static String settings(Path mail) { return """
                myhostname = postfix.test
                virtual_mailbox_domains = static:all
                virtual_mailbox_maps = static:all/
                virtual_mailbox_base = %1$s
                virtual_uid_maps = static:%2$d
                virtual_gid_maps = static:%2$d
                virtual_minimum_uid = 1
                smtp_dns_support_level = disabled
                smtpd_peername_lookup = no
                smtpd_relay_restrictions = reject_unauth_destination
                smtpd_tls_security_level = may
                smtpd_tls_received_header = yes
                smtpd_tls_loglevel = 1
                """.formatted(mail, PostfixInstance.OWNER_ID); }
}
