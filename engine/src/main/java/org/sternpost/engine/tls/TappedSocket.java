package org.sternpost.engine.tls;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import org.jspecify.annotations.Nullable;

/// A connection that notes the first octets its peer sends, for [KeyExchange]; in all else it is the one below.
final class TappedSocket extends Socket {

    private static final int HEARD_OCTETS_MAX = 64 * 1024; // a chain of certificates may come before the group
    private static final @Nullable SocketImpl NONE = null; // nothing of its own to connect

    private final Socket below;
    private final Tap tap;

    TappedSocket(Socket below) throws IOException {
        super(NONE);
        this.below = below;
        this.tap = new Tap(below.getInputStream());
    }

    /// What was heard; nothing more is noted from now on.
    byte[] heard() { return tap.end(); }

    private static final class Tap extends FilterInputStream {

        private final ByteArrayOutputStream heard = new ByteArrayOutputStream(8 * 1024);
        private boolean open = true;

        Tap(InputStream in) { super(in); }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            if (octet >= 0) note(new byte[]{(byte) octet}, 0, 1);
            return octet;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = in.read(into, offset, length);
            if (n > 0) note(into, offset, n);
            return n;
        }

        private synchronized void note(byte[] octets, int offset, int length) {
            if (open) heard.write(octets, offset, Math.min(length, HEARD_OCTETS_MAX - heard.size()));
        }

        synchronized byte[] end() {
            byte[] all = heard.toByteArray();
            open = false;
            heard.reset();
            return all;
        }
    }

    @Override
    public InputStream getInputStream() { return tap; }

    @Override
    public OutputStream getOutputStream() throws IOException { return below.getOutputStream(); }

    @Override
    public synchronized void close() throws IOException { below.close(); }

    @Override
    public boolean isConnected() { return below.isConnected(); }

    @Override
    public boolean isBound() { return below.isBound(); }

    @Override
    public boolean isClosed() { return below.isClosed(); }

    @Override
    public boolean isInputShutdown() { return below.isInputShutdown(); }

    @Override
    public boolean isOutputShutdown() { return below.isOutputShutdown(); }

    @Override
    public void shutdownInput() throws IOException { below.shutdownInput(); }

    @Override
    public void shutdownOutput() throws IOException { below.shutdownOutput(); }

    @Override
    public InetAddress getInetAddress() { return below.getInetAddress(); }

    @Override
    public InetAddress getLocalAddress() { return below.getLocalAddress(); }

    @Override
    public int getPort() { return below.getPort(); }

    @Override
    public int getLocalPort() { return below.getLocalPort(); }

    @Override
    public SocketAddress getRemoteSocketAddress() { return below.getRemoteSocketAddress(); }

    @Override
    public SocketAddress getLocalSocketAddress() { return below.getLocalSocketAddress(); }

    @Override
    public void setSoTimeout(int millis) throws SocketException { below.setSoTimeout(millis); }

    @Override
    public int getSoTimeout() throws SocketException { return below.getSoTimeout(); }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException { below.setTcpNoDelay(on); }

    @Override
    public boolean getTcpNoDelay() throws SocketException { return below.getTcpNoDelay(); }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException { below.setSoLinger(on, seconds); }

    @Override
    public int getSoLinger() throws SocketException { return below.getSoLinger(); }
}
