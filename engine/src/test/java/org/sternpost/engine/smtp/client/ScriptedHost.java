package org.sternpost.engine.smtp.client;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A mail host on loopback that says what a test tells it to.
///
/// The keys of a script are `banner`, `EHLO` (within TLS `tls:EHLO`, if there is one),
/// `STARTTLS`, `MAIL`, `RCPT`, `DATA`, `BDAT`, `content`; the reply `drop` closes, and `flood` is one of 1 MB.
/// What it `says` at `hello` comes in clear once the client has begun its handshake.
public final class ScriptedHost implements AutoCloseable {

    private static final byte[] FLOOD = "250-more\r\n".repeat(105_000).getBytes(StandardCharsets.US_ASCII); // 1 MB

    private final ServerSocket listener;
    private final @Nullable SSLContext tls;
    private final Map<String, String> script = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Thread acceptor;
    private volatile boolean wantsCertificate;
    private volatile List<String> protocols = List.of();
    private volatile List<String> suites = List.of();
    private volatile boolean warnsOfNames;
    private volatile boolean hatesResumption;

    /// One that knows no TLS.
    public static ScriptedHost inClear() throws IOException { return new ScriptedHost(null, "127.0.0.1", 0); }

    /// The same at an address of its own.
    public static ScriptedHost inClear(String address, int port) throws IOException {
        return new ScriptedHost(null, address, port);
    }

    public ScriptedHost(SSLContext tls) throws IOException { this(tls, "127.0.0.1", 0); }

    public ScriptedHost(@Nullable SSLContext tls, String address, int port) throws IOException {
        this.tls = tls;
        this.listener = new ServerSocket(port, 50, InetAddress.getByName(address));
        this.acceptor = Thread.ofVirtual().start(this::serve);
    }

    private String hello(Socket socket) {
        return socket instanceof SSLSocket && script.containsKey("tls:EHLO") ? "tls:EHLO" : "EHLO";
    }

    public ScriptedHost says(String at, String reply) {
        script.put(at, reply);
        return this;
    }

    /// The same once only, when it comes to that for the `turn`th time.
    public ScriptedHost says(int turn, String at, String reply) { return says(at + " " + turn, reply); }

    private String reply(String at, String preset) {
        int turn = turns.computeIfAbsent(at, _ -> new AtomicInteger()).incrementAndGet();
        return script.getOrDefault(at + " " + turn, script.getOrDefault(at, preset));
    }

    /// Ends all sessions where they stand.
    ///
    /// @param word said before; empty text for none
    public void leave(String word) throws IOException {
        for (Socket one : open) {
            if (!word.isEmpty()) say(one, word);
            one.close();
        }
        open.clear();
    }

    /// Sessions that stand.
    public int open() { return open.size(); }

    /// Refuses clients without a certificate, which TLS 1.3 tells them only after their handshake.
    public ScriptedHost wantsCertificate() {
        wantsCertificate = true;
        return this;
    }

    /// The only versions of TLS it speaks.
    public ScriptedHost speaks(String... versions) {
        protocols = List.of(versions);
        return this;
    }

    /// The only suites it takes.
    public ScriptedHost takes(String... only) {
        suites = List.of(only);
        return this;
    }

    /// Greets a handshake that names a server with the warning `unrecognized_name`, as old servers do.
    public ScriptedHost warnsOfNames() {
        warnsOfNames = true;
        return this;
    }

    /// Hangs up on whoever offers a session of before, instead of shaking hands anew.
    public ScriptedHost hatesResumption() {
        hatesResumption = true;
        return this;
    }

    public int port() { return listener.getLocalPort(); }

    public int connections() { return connections.get(); }

    /// Commands, those inside TLS marked with `tls:`.
    public List<String> heard() { return heard; }

    public List<String> messages() { return messages; }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // The kernel takes connections until the thread that accepts has let go of the socket.
            acceptor.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (!listener.isClosed())
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> talk(client));
            } catch (IOException closed) {
                return;
            }
    }

    private void talk(Socket first) {
        Socket socket = first;
        open.add(socket);
        try {
            say(socket, script.getOrDefault("banner", "220 test"));
            var in = reader(socket);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add((socket instanceof SSLSocket ? "tls:" : "") + line);
                String verb = line.split("[ :]", 2)[0];
                switch (verb) {
                    case "EHLO" -> say(socket,
                            script.getOrDefault(hello(socket), "250-test\r\n250-PIPELINING\r\n250-8BITMIME"
                                    + "\r\n250-SIZE 100000\r\n250-DSN" + (tls == null || socket instanceof SSLSocket
                                            ? ""
                                            : "\r\n250-STARTTLS")
                                    + "\r\n250 HELP"));
                    case "STARTTLS" -> {
                        say(socket, script.getOrDefault("STARTTLS", "220 go"));
                        if (tls != null && script.getOrDefault("STARTTLS", "220 go").equals("220 go")) {
                            socket = secured(socket, tls);
                            open.remove(first);
                            open.add(socket);
                            in = reader(socket);
                        }
                    }
                    case "DATA" -> {
                        String reply = reply("DATA", "354 go");
                        say(socket, reply);
                        if (reply.startsWith("354")) {
                            messages.add(content(in));
                            say(socket, reply("content", "250 2.0.0 taken"));
                        }
                    }
                    case "BDAT" -> {
                        messages.add(chunk(in, Integer.parseInt(line.split(" ")[1])));
                        say(socket, reply("BDAT", "250 2.0.0 taken"));
                    }
                    case "QUIT" -> say(socket, "221 bye");
                    default -> say(socket, reply(verb, "250 2.1.0 ok"));
                }
            }
        } catch (IOException over) {
            // The client went, or the script dropped it.
        } finally {
            open.remove(socket);
            try {
                socket.close();
                first.close();
            } catch (IOException gone) {
                // Nothing is left to close.
            }
        }
    }

    private SSLSocket secured(Socket plain, SSLContext context) throws IOException {
        InputStream begun = InputStream.nullInputStream();
        if (script.containsKey("hello")) {
            begun = new ByteArrayInputStream(new byte[]{(byte) plain.getInputStream().read()});
            say(plain, script.get("hello"));
        }
        if (warnsOfNames) begun = warned(plain);
        if (hatesResumption) begun = notResumed(plain);
        var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, begun, true);
        secure.setUseClientMode(false);
        secure.setNeedClientAuth(wantsCertificate);
        if (!protocols.isEmpty()) secure.setEnabledProtocols(protocols.toArray(String[]::new));
        if (!suites.isEmpty()) secure.setEnabledCipherSuites(suites.toArray(String[]::new));
        secure.startHandshake();
        return secure;
    }

    /// Reads the ClientHello, and drops a client whose last extension is `pre_shared_key` (RFC 8446 §4.2.11).
    private static InputStream notResumed(Socket plain) throws IOException {
        byte[] head = plain.getInputStream().readNBytes(5);
        byte[] hello = plain.getInputStream().readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
        int at = 4 + 2 + 32;
        at += 1 + hello[at]; // session id
        at += 2 + ((hello[at] & 0xff) << 8 | hello[at + 1] & 0xff); // suites
        at += 1 + hello[at] + 2; // compression, and the length of all extensions
        for (; at < hello.length; at += 4 + ((hello[at + 2] & 0xff) << 8 | hello[at + 3] & 0xff))
            if (hello[at] == 0 && hello[at + 1] == 41) throw new IOException("offers a session of before");
        return new ByteArrayInputStream(join(head, hello));
    }

    private static byte[] join(byte[] head, byte[] rest) {
        var all = new java.io.ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(rest);
        return all.toByteArray();
    }

    /// Reads the ClientHello, warns if it holds a name, and gives it back to be read again.
    private static InputStream warned(Socket plain) throws IOException {
        byte[] head = plain.getInputStream().readNBytes(5);
        byte[] hello = plain.getInputStream().readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
        if (new String(hello, StandardCharsets.ISO_8859_1).contains("mx1.example.org"))
            plain.getOutputStream().write(new byte[]{21, 3, 3, 0, 2, 1, 112}); // RFC 6066 §3, RFC 8446 §6
        return new ByteArrayInputStream(join(head, hello));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1), 1024);
    }

    private static String content(BufferedReader in) throws IOException {
        var text = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(".")) return text.toString();
            text.append(line).append("\n");
        }
        throw new IOException("the client left within a message");
    }

    private static String chunk(BufferedReader in, int octets) throws IOException {
        var chunk = new char[octets];
        for (int had = 0; had < octets;) {
            int n = in.read(chunk, had, octets - had);
            if (n < 0) throw new IOException("the client left within a chunk");
            had += n;
        }
        return new String(chunk).replace("\r\n", "\n");
    }

    private static void say(Socket socket, String reply) throws IOException {
        if (reply.equals("drop")) throw new IOException("dropped");
        if (reply.equals("flood")) socket.getOutputStream().write(FLOOD);
        socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
