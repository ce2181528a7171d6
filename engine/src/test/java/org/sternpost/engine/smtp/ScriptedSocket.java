package org.sternpost.engine.smtp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A connection whose peer has said all beforehand and then leaves; what is said to it is kept.
public final class ScriptedSocket extends Socket {

    private final InputStream said;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final List<String> flights = new ArrayList<>();

    /// @param step octets that arrive at a time, as networks give few
    public ScriptedSocket(byte[] said, int step) {
        this.said = new ByteArrayInputStream(said) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(step, length));
            }

            @Override
            public synchronized int available() { return Math.min(step, super.available()); }
        };
    }

    /// All that was said to the peer.
    public byte[] heard() { return heard.toByteArray(); }

    /// The same by what was written at once.
    public List<String> flights() { return flights; }

    @Override
    public InputStream getInputStream() { return said; }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int octet) { write(new byte[]{(byte) octet}, 0, 1); }

            @Override
            public void write(byte[] octets, int offset, int length) {
                heard.write(octets, offset, length);
                flights.add(new String(octets, offset, length, StandardCharsets.UTF_8));
            }
        };
    }

    @Override
    public InetAddress getInetAddress() { return InetAddress.getLoopbackAddress(); }

    @Override
    public InetAddress getLocalAddress() { return InetAddress.getLoopbackAddress(); }

    @Override
    public void setTcpNoDelay(boolean on) {
        // There is no network.
    }

    @Override
    public void setSoTimeout(int millis) {
        // Nothing is waited for.
    }

    @Override
    public void shutdownOutput() {
        // The peer has left.
    }
}
