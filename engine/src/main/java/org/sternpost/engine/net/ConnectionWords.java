package org.sternpost.engine.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sternpost.engine.mail.VisibleText;

/// What ended a connection, in words of our own: those of a library change with its version, and say who called it.
public final class ConnectionWords {

    private static final Pattern ALERT = Pattern.compile("fatal alert: ?([a-z_]+)", Pattern.CASE_INSENSITIVE);

    private ConnectionWords() {}

    /// Half a sentence about the peer: `the host closed the connection`. What a certificate is refused for is said by
    /// whoever refused it, so it passes as it is.
    public static String of(IOException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause())
            if (cause instanceof CertificateException refused && refused.getMessage() != null)
                return VisibleText.of(refused.getMessage());
        String said = broken.getMessage() == null ? "" : broken.getMessage();
        Matcher alert = ALERT.matcher(said);
        if (alert.find())
            return "the host broke off with the TLS alert '" + alert.group(1).toLowerCase(Locale.ROOT)
                    + "'";
        return switch (broken) {
            case SocketTimeoutException _ -> "the host did not answer in time";
            case NoRouteToHostException _ -> "there is no way to the host";
            case ConnectException _ -> "the host refuses connections to this port";
            case EOFException _ -> "the host closed the connection";
            case SocketException _ when said.contains("reset") || said.contains("Broken pipe") ->
                "the host reset the connection";
            default -> handshake(said);
        };
    }

    /// A span for a sentence: `60 s`, `0.4 s`.
    public static String span(Duration span) {
        return span.toMillis() % 1000 == 0 ? span.toSeconds() + " s" : span.toMillis() / 1000.0 + " s";
    }

    private static String handshake(String said) {
        if (said.contains("terminated the handshake") || said.contains("closed connection during handshake"))
            return "the host closed the connection in the midst of the TLS handshake";
        if (said.contains("Unsupported or unrecognized SSL message"))
            return "the host sent something that is not TLS";
        if (said.contains("No appropriate protocol") || said.contains("chose") && said.contains("protocol"))
            return "the host and this gateway share no version of TLS";
        return said.isEmpty() ? "the connection ended" : VisibleText.of(said);
    }
}
