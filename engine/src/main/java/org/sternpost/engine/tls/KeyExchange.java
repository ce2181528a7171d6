package org.sternpost.engine.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The group of a key exchange and, before TLS 1.3, the host's signature of it, read from what the host says in clear:
/// this Java's sessions do not tell them.
///
/// Reads octets of a handshake that has succeeded, so they are what TLS itself has accepted; whatever else they are
/// means that the group is not known.
final class KeyExchange {

    /// What evidence says when the group is not in what was read.
    static final String UNKNOWN = "not known";
    private static final int CHANGE_CIPHER_SPEC = 20; // RFC 8446 §5.1, content types
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2; // RFC 8446 §4, handshake types
    private static final int SERVER_KEY_EXCHANGE = 12; // RFC 8422 §5.4
    private static final int KEY_SHARE = 51; // RFC 8446 §4.2
    private static final int NAMED_CURVE = 3; // RFC 8422 §5.4
    private static final int TLS_1_2 = 0x0303;
    private static final Set<String> POST_QUANTUM = Set.of("SecP256r1MLKEM768", "X25519MLKEM768", "SecP384r1MLKEM1024",
            "MLKEM512", "MLKEM768", "MLKEM1024");
    private static final int HANDSHAKE_OCTETS_MAX = 1 << 16;

    private KeyExchange() {}

    /// What was told in clear, by its registered name; else [#UNKNOWN].
    ///
    /// @param signature of a TLS 1.2 host alone: an older one tells none, and from 1.3 on it is encrypted
    record Told(String group, String signature) {
        private static final Told NOTHING = new Told(UNKNOWN, UNKNOWN);
    }

    /// @param group  as registered; so `scheme`
    private record Numbers(Optional<Integer> group, Optional<Integer> scheme) {}

    /// @param heard the host's first octets, records and all
    static Told told(byte[] heard) {
        try {
            Numbers numbers = messages(ByteBuffer.wrap(heard));
            return new Told(numbers.group().map(KeyExchange::name).orElse(UNKNOWN),
                    numbers.scheme().map(KeyExchange::scheme).orElse(UNKNOWN));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException tornOff) {
            return Told.NOTHING;
        }
    }

    static String group(byte[] heard) { return told(heard).group(); }

    /// True of a group that no quantum computer known today would break, also where a classical half stands beside it.
    static boolean isPostQuantum(String group) { return POST_QUANTUM.contains(group); }

    /// Puts handshake messages together, which may span records and share them (RFC 8446 §5.1).
    private static Numbers messages(ByteBuffer records) {
        var joined = ByteBuffer.allocate(HANDSHAKE_OCTETS_MAX);
        while (records.remaining() >= 5) {
            int type = records.get();
            records.getShort();
            int length = records.getShort() & 0xffff;
            if (type != HANDSHAKE && type != CHANGE_CIPHER_SPEC || length > records.remaining()) break;
            var content = records.slice(records.position(), length);
            records.position(records.position() + length);
            if (type == HANDSHAKE && content.remaining() <= joined.remaining()) joined.put(content);
        }
        return group(joined.flip());
    }

    private static Numbers group(ByteBuffer handshake) {
        var group = new Numbers(Optional.empty(), Optional.empty());
        int version = 0;
        boolean curve = false;
        while (handshake.remaining() >= 4) {
            int head = handshake.getInt();
            int length = head & 0xffffff;
            if (length > handshake.remaining()) return group;
            var body = handshake.slice(handshake.position(), length);
            handshake.position(handshake.position() + length);
            // RFC 8446 §4.1.4: a HelloRetryRequest looks like the ServerHello that follows; the last one counts.
            if (head >>> 24 == SERVER_HELLO) {
                version = body.getShort(body.position()) & 0xffff;
                curve = isOfCurve(body);
                group = new Numbers(keyShare(body), Optional.empty());
            }
            if (head >>> 24 == SERVER_KEY_EXCHANGE && curve && body.remaining() >= 3 && body.get() == NAMED_CURVE)
                return new Numbers(Optional.of(body.getShort() & 0xffff),
                        version == TLS_1_2 ? signed(body) : Optional.empty());
        }
        return group;
    }

    /// True if the suite that the host chose exchanges keys by a curve. The parameters of others begin with a length,
    /// which may look like the kind of a curve.
    private static boolean isOfCurve(ByteBuffer hello) {
        int session = hello.position() + 2 + 32;
        if (hello.limit() <= session) return false;
        int at = session + 1 + (hello.get(session) & 0xff);
        if (hello.limit() < at + 2) return false;
        int suite = hello.getShort(at) & 0xffff;
        boolean ofCcm = suite >= 0xc09c && suite <= 0xc0ab; // RSA and DHE with CCM
        return suite >>> 8 == 0xc0 && !ofCcm || suite == 0xcca8 || suite == 0xcca9; // RFC 8422 §6, ChaCha20
    }

    /// RFC 8422 §5.4: behind the host's point stands by what it is signed.
    private static Optional<Integer> signed(ByteBuffer behindCurve) {
        if (!behindCurve.hasRemaining()) return Optional.empty();
        int scheme = 1 + (behindCurve.get(behindCurve.position()) & 0xff);
        return behindCurve.remaining() < scheme + 2
                ? Optional.empty()
                : Optional.of(behindCurve.getShort(behindCurve.position() + scheme) & 0xffff);
    }

    /// RFC 8446 §4.2.8: the selected group comes first, with or without a key behind it.
    private static Optional<Integer> keyShare(ByteBuffer hello) {
        hello.position(2 + 32);
        hello.position(hello.position() + 1 + (hello.get(hello.position()) & 0xff));
        hello.position(hello.position() + 2 + 1);
        if (hello.remaining() < 2) return Optional.empty();
        hello.getShort();
        while (hello.remaining() >= 4) {
            int type = hello.getShort() & 0xffff;
            int length = hello.getShort() & 0xffff;
            if (type == KEY_SHARE && length >= 2) return Optional.of(hello.getShort() & 0xffff);
            hello.position(hello.position() + length);
        }
        return Optional.empty();
    }

    /// As IANA registers them (TLS Supported Groups).
    private static String name(int group) {
        return switch (group) {
            case 0x0017 -> "secp256r1";
            case 0x0018 -> "secp384r1";
            case 0x0019 -> "secp521r1";
            case 0x001d -> "x25519";
            case 0x001e -> "x448";
            case 0x0100 -> "ffdhe2048";
            case 0x0101 -> "ffdhe3072";
            case 0x0102 -> "ffdhe4096";
            case 0x0103 -> "ffdhe6144";
            case 0x0104 -> "ffdhe8192";
            case 0x0200 -> "MLKEM512";
            case 0x0201 -> "MLKEM768";
            case 0x0202 -> "MLKEM1024";
            case 0x11eb -> "SecP256r1MLKEM768";
            case 0x11ec -> "X25519MLKEM768";
            case 0x11ed -> "SecP384r1MLKEM1024";
            default -> "group 0x" + HexFormat.of().toHexDigits((short) group);
        };
    }

    /// As IANA registers them (TLS SignatureScheme); those of before 1.3 are pairs of a hash and a signature.
    private static String scheme(int scheme) {
        return switch (scheme) {
            case 0x0201 -> "rsa_pkcs1_sha1";
            case 0x0202 -> "dsa_sha1";
            case 0x0203 -> "ecdsa_sha1";
            case 0x0301 -> "rsa_pkcs1_sha224";
            case 0x0303 -> "ecdsa_sha224";
            case 0x0401 -> "rsa_pkcs1_sha256";
            case 0x0403 -> "ecdsa_secp256r1_sha256";
            case 0x0501 -> "rsa_pkcs1_sha384";
            case 0x0503 -> "ecdsa_secp384r1_sha384";
            case 0x0601 -> "rsa_pkcs1_sha512";
            case 0x0603 -> "ecdsa_secp521r1_sha512";
            case 0x0804 -> "rsa_pss_rsae_sha256";
            case 0x0805 -> "rsa_pss_rsae_sha384";
            case 0x0806 -> "rsa_pss_rsae_sha512";
            case 0x0807 -> "ed25519";
            case 0x0808 -> "ed448";
            case 0x0809 -> "rsa_pss_pss_sha256";
            case 0x080a -> "rsa_pss_pss_sha384";
            case 0x080b -> "rsa_pss_pss_sha512";
            default -> "scheme 0x" + HexFormat.of().toHexDigits((short) scheme);
        };
    }

    /// A connection that notes the first octets its peer sends, for [KeyExchange], and takes all that is there at once,
    /// as TLS asks for each record in two pieces; in all else it is the one below.
    static final class TappedSocket extends Socket {

        private static final int HEARD_OCTETS_MAX = 64 * 1024; // a chain of certificates may come before the group
        private static final int AHEAD_OCTETS = 1024; // of thousands of sessions that wait; replies seldom have more
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

        /// One thread reads at a time, as TLS sees to.
        private static final class Tap extends InputStream {

            private final InputStream in;
            private @Nullable ByteArrayOutputStream heard = new ByteArrayOutputStream(8 * 1024);
            private final byte[] ahead = new byte[AHEAD_OCTETS];
            private int next;
            private int end;

            Tap(InputStream in) { this.in = in; }

            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) return 0;
                if (next == end) {
                    if (length >= AHEAD_OCTETS) return noted(into, offset, in.read(into, offset, length));
                    int read = noted(ahead, 0, in.read(ahead));
                    if (read < 0) return read;
                    next = 0;
                    end = read;
                }
                int taken = Math.min(length, end - next);
                System.arraycopy(ahead, next, into, offset, taken);
                next += taken;
                return taken;
            }

            @Override
            public int available() throws IOException { return end - next + in.available(); }

            @Override
            public void close() throws IOException { in.close(); }

            private synchronized int noted(byte[] octets, int offset, int length) {
                var open = heard;
                if (open != null && length > 0)
                    open.write(octets, offset, Math.min(length, HEARD_OCTETS_MAX - open.size()));
                return length;
            }

            synchronized byte[] end() {
                var open = heard;
                heard = null;
                return open == null ? new byte[0] : open.toByteArray();
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
}
