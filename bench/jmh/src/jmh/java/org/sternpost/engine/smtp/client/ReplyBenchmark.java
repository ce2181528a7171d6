package org.sternpost.engine.smtp.client;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;

/// What a host says in one transaction, read as replies: to EHLO, MAIL, RCPT, DATA and the final dot.
@State(Scope.Thread)
public class ReplyBenchmark {

    private static final int REPLIES = 5;

    private final byte[] said = """
            250-mx.example.org at your service
            250-SIZE 35882577
            250-8BITMIME
            250-STARTTLS
            250-ENHANCEDSTATUSCODES
            250-PIPELINING
            250-CHUNKING
            250 SMTPUTF8
            250 2.1.0 Ok
            250 2.1.5 Ok
            354 Go ahead
            250 2.0.0 Ok: queued as 4Zx1y2z3
            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    public void replies(Blackhole hole) throws BrokenSessionException {
        var reader = new ReplyReader(new ByteArrayInputStream(said));
        for (int i = 0; i < REPLIES; i++)
            hole.consume(reader.read(Stage.Mail));
    }
}
