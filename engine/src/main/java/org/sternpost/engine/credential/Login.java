package org.sternpost.engine.credential;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// PLAIN (RFC 4616), and LOGIN, which asks for the same in two questions.
final class Login {

    private static final byte[] NOTHING = {};

    private Login() {}

    /// Checks a name and a password.
    @FunctionalInterface
    interface PasswordCheck {
        SaslExchange.Step check(String name, byte[] password);
    }

    /// RFC 4616 §2: `authzid NUL authcid NUL passwd` in one response.
    record Plain(PasswordCheck check) implements SaslExchange {

        @Override
        public Step begin() { return new Step.Challenge(NOTHING); }

        @Override
        public Step next(byte[] response) {
            int first = indexOfNul(response, 0);
            int second = first < 0 ? -1 : indexOfNul(response, first + 1);
            if (second < 0 || indexOfNul(response, second + 1) >= 0)
                return new Step.Malformed("PLAIN is three texts with a NUL between them");
            String acting = text(response, 0, first);
            String name = text(response, first + 1, second);
            var password = new byte[response.length - second - 1];
            System.arraycopy(response, second + 1, password, 0, password.length);
            if (name.isEmpty() || password.length == 0) return new Step.Malformed("PLAIN needs a name and a password");
            // RFC 4616 §2: whom to act for; here everybody acts for themselves.
            if (!acting.isEmpty() && !acting.equalsIgnoreCase(name)) return check.check("", password);
            return check.check(name, password);
        }

        private static int indexOfNul(byte[] octets, int from) {
            for (int i = from; i < octets.length; i++)
                if (octets[i] == 0) return i;
            return -1;
        }

        private static String text(byte[] octets, int from, int to) {
            return new String(octets, from, to - from, StandardCharsets.UTF_8);
        }
    }

    /// Never an RFC: the client answers two questions, whatever they say. An initial response is the name.
    static final class Asked implements SaslExchange {

        private final PasswordCheck check;
        private @Nullable String name;

        Asked(PasswordCheck check) { this.check = check; }

        @Override
        public Step begin() { return asking("Username:"); }

        @Override
        public Step next(byte[] response) {
            String known = name;
            if (known == null) {
                name = new String(response, StandardCharsets.UTF_8);
                return asking("Password:");
            }
            return known.isEmpty() || response.length == 0
                    ? new Step.Malformed("LOGIN needs a name and a password")
                    : check.check(known, response);
        }

        private static Step asking(String question) {
            return new Step.Challenge(question.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /// Of keys that fit; the rest is for who asks.
    static boolean fits(ScramKeys keys, byte[] password) {
        Optional<Password> heard = Password.heard(password);
        // As dear as a check, whatever was sent.
        boolean fits = keys.fit(heard.orElseGet(() -> Password.heard(new byte[]{'x'}).orElseThrow()));
        return fits && heard.isPresent();
    }
}
