package org.sternpost.lab;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which name lives at which loopback address: mail hosts in the order of the table, from `base` + 257 on.
record Addresses(InetAddress policy, Map<String, InetAddress> hosts) {
    private static final int POLICY_OFFSET = 1;
    private static final int HOSTS_OFFSET = 257;

    static final InetAddress DNS = LabSettings.address((byte) 127, (byte) 0, (byte) 0, (byte) 1);

    static Addresses assign(InetAddress base, List<LabDomain> domains) {
        var hosts = new LinkedHashMap<String, InetAddress>();
        for (var domain : domains) {
            for (var host : domain.hosts()) {
                hosts.computeIfAbsent(host.name(), _ -> plus(base, HOSTS_OFFSET + hosts.size()));
            }
        }
        return new Addresses(plus(base, POLICY_OFFSET), hosts);
    }

    InetAddress of(String host) {
        var address = hosts.get(host);
        if (address == null) {
            throw new IllegalArgumentException("The lab has no host " + host + ".");
        }
        return address;
    }

    private static InetAddress plus(InetAddress base, int offset) {
        return LabSettings.address(new BigInteger(base.getAddress()).add(BigInteger.valueOf(offset)).toByteArray());
    }
}
