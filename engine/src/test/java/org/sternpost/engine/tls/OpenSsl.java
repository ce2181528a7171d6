package org.sternpost.engine.tls;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.dane.Tlsa;

/// OpenSSL's judgement of a chain, by libssl 3 in this process and without a handshake, as its own clients come to it.
@SuppressWarnings("restricted") // calls into C, whose form nobody checks
final class OpenSsl implements AutoCloseable {

    private static final long EE_WITHOUT_NAMES = 1; // DANE_FLAG_NO_DANE_EE_NAMECHECKS: RFC 7672 §3.1.1
    private static final int WHOLE_LABELS = 0x4; // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS: RFC 7672 §3.2.3
    private static final int NO_COMMON_NAME = 0x20; // X509_CHECK_FLAG_NEVER_CHECK_SUBJECT: RFC 8461 §4.2
    private static final long ANY_ANCHOR = 0x80000; // X509_V_FLAG_PARTIAL_CHAIN: an anchor need not be a root
    private static final int STRENGTH = 2; // 112 bits
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    private final Arena arena = Arena.ofShared();
    private final SymbolLookup library;
    private final Map<String, MethodHandle> functions = new HashMap<>();
    private final MemorySegment context;

    /// Empty with a reason printed where this machine has no libssl 3.
    static Optional<OpenSsl> here() {
        try {
            return Optional.of(new OpenSsl());
        } catch (IllegalArgumentException missing) {
            System.out.println("certificates beside OpenSSL: skipped, " + missing.getMessage());
            return Optional.empty();
        }
    }

    private OpenSsl() {
        var crypto = SymbolLookup.libraryLookup("libcrypto.so.3", arena);
        library = SymbolLookup.libraryLookup("libssl.so.3", arena).or(crypto);
        context = pointer("SSL_CTX_new", pointer("TLS_client_method"));
        require(number("SSL_CTX_dane_enable", context));
    }

    /// `ok`, `unusable` (no record counts), `unreadable`, or the number of an error (`X509_V_ERR_...`) and its words.
    String dane(List<Tlsa> records, List<byte[]> chain, List<String> names, Instant now) {
        MemorySegment ssl = pointer("SSL_new", context);
        try (var own = Arena.ofConfined()) {
            require(number("SSL_dane_enable", ssl, own.allocateFrom(names.getFirst())));
            number("SSL_dane_set_flags", ssl, EE_WITHOUT_NAMES);
            call("SSL_set_hostflags", FunctionDescriptor.ofVoid(POINTER, INT), ssl, WHOLE_LABELS);
            for (String name : names.subList(1, names.size()))
                require(number("SSL_add1_host", ssl, own.allocateFrom(name)));
            boolean usable = false;
            for (Tlsa one : records) {
                // RFC 7672 §3.1.3: an SMTP client does not use the others.
                if (one.usage() != 2 && one.usage() != 3) continue;
                var data = own.allocateFrom(ValueLayout.JAVA_BYTE, one.data());
                usable |= (int) call("SSL_dane_tlsa_add", FunctionDescriptor.of(INT, POINTER, ValueLayout.JAVA_BYTE,
                        ValueLayout.JAVA_BYTE, ValueLayout.JAVA_BYTE, POINTER, LONG), ssl, (byte) one.usage(),
                        (byte) one.selector(), (byte) one.matchingType(), data, (long) one.data().length) > 0;
            }
            if (!usable) return "unusable";
            MemorySegment store = pointer("X509_STORE_new");
            try {
                return verified(store, chain, now, verification -> {
                    number("X509_VERIFY_PARAM_set1", parameters(verification), pointer("SSL_get0_param", ssl));
                    call("X509_STORE_CTX_set0_dane", FunctionDescriptor.ofVoid(POINTER, POINTER), verification,
                            pointer("SSL_get0_dane", ssl));
                });
            } finally {
                free("X509_STORE_free", store);
            }
        } finally {
            free("SSL_free", ssl);
            call("ERR_clear_error", FunctionDescriptor.ofVoid());
        }
    }

    /// The same for a chain to anchors, and a name among the alternative ones.
    String pkix(List<byte[]> anchors, List<byte[]> chain, String name, Instant now) {
        MemorySegment store = pointer("X509_STORE_new");
        try (var own = Arena.ofConfined()) {
            for (byte[] anchor : anchors) {
                MemorySegment read = read(anchor, own);
                number("X509_STORE_add_cert", store, read);
                free("X509_free", read);
            }
            return verified(store, chain, now, verification -> {
                MemorySegment parameters = parameters(verification);
                number("X509_VERIFY_PARAM_set_flags", parameters, ANY_ANCHOR);
                call("X509_VERIFY_PARAM_set_hostflags", FunctionDescriptor.ofVoid(POINTER, INT), parameters,
                        WHOLE_LABELS | NO_COMMON_NAME);
                number("X509_VERIFY_PARAM_set1_host", parameters, own.allocateFrom(name), 0L);
            });
        } finally {
            free("X509_STORE_free", store);
            call("ERR_clear_error", FunctionDescriptor.ofVoid());
        }
    }

    private interface Setup {
        void of(MemorySegment verification);
    }

    private String verified(MemorySegment store, List<byte[]> chain, Instant now, Setup setup) {
        MemorySegment stack = pointer("OPENSSL_sk_new_null");
        MemorySegment verification = pointer("X509_STORE_CTX_new");
        var read = new java.util.ArrayList<MemorySegment>();
        try (var own = Arena.ofConfined()) {
            for (byte[] der : chain) {
                MemorySegment one = read(der, own);
                if (one.equals(MemorySegment.NULL)) return "unreadable";
                read.add(one);
                number("OPENSSL_sk_push", stack, one);
            }
            require((int) call("X509_STORE_CTX_init", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, POINTER),
                    verification, store, read.getFirst(), stack));
            require(number("X509_STORE_CTX_set_default", verification, own.allocateFrom("ssl_server")));
            setup.of(verification);
            MemorySegment parameters = parameters(verification);
            call("X509_VERIFY_PARAM_set_auth_level", FunctionDescriptor.ofVoid(POINTER, INT), parameters, STRENGTH);
            call("X509_VERIFY_PARAM_set_time", FunctionDescriptor.ofVoid(POINTER, LONG), parameters,
                    now.getEpochSecond());
            if (number("X509_verify_cert", verification) > 0) return "ok";
            int error = number("X509_STORE_CTX_get_error", verification);
            var words = (MemorySegment) call("X509_verify_cert_error_string", FunctionDescriptor.of(POINTER, LONG),
                    (long) error);
            return error + " " + words.reinterpret(200).getString(0);
        } finally {
            free("X509_STORE_CTX_free", verification);
            free("OPENSSL_sk_free", stack);
            read.forEach(one -> free("X509_free", one));
        }
    }

    /// Null if it cannot be read in whole, as a client ends the handshake then.
    private MemorySegment read(byte[] der, Arena own) {
        MemorySegment octets = own.allocateFrom(ValueLayout.JAVA_BYTE, der);
        MemorySegment at = own.allocate(ValueLayout.ADDRESS);
        at.set(ValueLayout.ADDRESS, 0, octets);
        var read = (MemorySegment) call("d2i_X509", FunctionDescriptor.of(POINTER, POINTER, POINTER, LONG),
                MemorySegment.NULL, at, (long) der.length);
        boolean whole = at.get(ValueLayout.ADDRESS, 0).address() == octets.address() + der.length;
        return read.equals(MemorySegment.NULL) || !whole ? MemorySegment.NULL : read;
    }

    private MemorySegment parameters(MemorySegment verification) {
        return pointer("X509_STORE_CTX_get0_param", verification);
    }

    private void free(String name, MemorySegment what) { call(name, FunctionDescriptor.ofVoid(POINTER), what); }

    private MemorySegment pointer(String name, Object... arguments) {
        return (MemorySegment) call(name, FunctionDescriptor.of(POINTER, layouts(arguments)), arguments);
    }

    private int number(String name, Object... arguments) {
        return (int) call(name, FunctionDescriptor.of(INT, layouts(arguments)), arguments);
    }

    private static MemoryLayout[] layouts(Object... arguments) {
        return java.util.Arrays.stream(arguments)
                .map(one -> one instanceof Long ? LONG : one instanceof Integer ? INT : POINTER)
                .toArray(MemoryLayout[]::new);
    }

    private Object call(String name, FunctionDescriptor type, Object... arguments) {
        try {
            MethodHandle function = functions.computeIfAbsent(name,
                    _ -> Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), type));
            return function.invokeWithArguments(arguments);
        } catch (Throwable broken) {
            throw new IllegalStateException(name, broken);
        }
    }

    private static void require(int one) { if (one <= 0) throw new IllegalStateException("libssl said " + one); }

    @Override
    public void close() {
        free("SSL_CTX_free", context);
        arena.close();
    }
}
