package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Replies at and just beyond each bound (RFC 9112).
class HttpReplyTest {

    private static final int BODY_MAX = 64 * 1024;
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static HttpReply read(String text) throws IOException {
        return HttpReply.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)),
                BODY_MAX);
    }

    private static String refused(String text) {
        return assertThrows(IOException.class, () -> read(text)).getMessage();
    }

    private static int body(String text) throws IOException { return read(text).body().length; }

    @Test
    void statusLineIsReadToTheDigit() throws IOException {
        assertEquals(200, read("HTTP/1.0 200\r\n\r\n").status());
        assertEquals(404, read("HTTP/1.1 404 Not Found\r\n\r\n").status());
        for (String line : List.of("HTTP/1.2 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1  200 OK"))
            assertEquals("no HTTP/1.1 status line", refused(line + "\r\n\r\n"));
    }

    @Test
    void fieldsAreNamedInLowerCaseAndTheFirstOfANameCounts() throws IOException {
        var reply = read(
                OK + "Content-TYPE:\t text/plain \r\ncontent-type: text/html\r\nX:\r\nContent-Length: 0\r\n\r\n");
        assertEquals(Optional.of("text/plain"), reply.field("content-type"));
        assertEquals(Optional.of(""), reply.field("x"));
        assertEquals(Optional.empty(), reply.field("y"));
        for (String line : List.of(": no name", "no colon", "a b: c", "a : b", " folded: x"))
            assertEquals("a header line without a name", refused(OK + line + "\r\n\r\n"));
    }

    @Test
    void linesMayEndInBareLineFeeds() throws IOException {
        assertEquals(3, body("HTTP/1.1 200 OK\nA: b\n\nabc"));
        assertEquals(2, body("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nab\n0\n\n"));
    }

    @Test
    void otherRepliesHaveNoBodyForUs() throws IOException {
        assertEquals(0, body("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nabcde"));
    }

    @Test
    void bodyOfEachFramingEndsAtTheBound() throws IOException {
        String full = "x".repeat(BODY_MAX);
        String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n";
        assertEquals(BODY_MAX, body(OK + "\r\n" + full));
        assertEquals(BODY_MAX, body(OK + "Content-Length: 65536\r\n\r\n" + full));
        assertEquals(BODY_MAX, body(chunked + "10000\r\n" + full + "\r\n0\r\n\r\n"));
        for (String text : List.of(OK + "\r\n" + full + "x", OK + "Content-Length: 65537\r\n\r\n" + full + "x",
                chunked + "10001\r\n" + full + "x\r\n0\r\n\r\n",
                chunked + "10000\r\n" + full + "\r\n1\r\nx\r\n0\r\n\r\n"))
            assertEquals("the body has more than 64 KiB", refused(text));
    }

    @Test
    void bodyIsWholeOrRefused() throws IOException {
        assertEquals(3, body(OK + "Content-Length: 3\r\n\r\nabcde"));
        assertEquals("the body ends after 3 octets of 4", refused(OK + "Content-Length: 4\r\n\r\nabc"));
        assertEquals("the body ends after 1 octets of 2",
                refused(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\na"));
        assertEquals("the connection ended within the reply's head",
                refused(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"));
        assertEquals("a chunk longer than its size",
                refused(OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"));
        for (String size : List.of("", "x", "-1", "12345678"))
            assertEquals("a chunk without a size", refused(OK + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n"));
        assertEquals(1, body(OK + "Transfer-Encoding: CHUNKED\r\n\r\n1 \t;ext=1\r\na\r\n0\r\n\r\n"));
        assertEquals(10, body(OK + "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"));
    }

    @Test
    void lengthsThatContradictAreRefused() throws IOException {
        for (String lengths : List.of("Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: x\r\n",
                "Content-Length: 1, 1\r\n", "Content-Length: 1234567890\r\n", "Content-Length: \r\n"))
            assertEquals("Content-Length is not one number", refused(OK + lengths + "\r\na"));
        for (String codings : List.of("Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"))
            assertEquals("Transfer-Encoding is not 'chunked' alone", refused(OK + codings + "\r\n0\r\n\r\n"));
        assertEquals("the body is compressed, which was not asked for",
                refused(OK + "Content-Encoding: gzip\r\n\r\na"));
        assertEquals(1, body(OK + "Content-Encoding: Identity\r\n\r\na"));
    }

    @Test
    void headEndsAtItsBoundLineByLineAndAsAWhole() throws IOException {
        int line = 16 * 1024;
        assertEquals(1, body(OK + "A: " + "x".repeat(line - 3 - 1) + "\r\n\r\na"));
        assertEquals("the reply's head has more than 16 KiB",
                refused(OK + "A: " + "x".repeat(line - 3) + "\r\n\r\na"));
        assertEquals(1, body(OK + ("A: " + "x".repeat(10_000) + "\r\n").repeat(3) + "\r\na"));
        assertEquals("the reply's head has more than 16 KiB",
                refused(OK + ("A: " + "x".repeat(10_000) + "\r\n").repeat(4) + "\r\na"));
        assertEquals("the reply's head has more than 16 KiB",
                refused(OK + "Transfer-Encoding: chunked\r\n\r\n1;" + "x".repeat(300) + "\r\na\r\n0\r\n\r\n"));
        assertEquals(1, body(OK + "Transfer-Encoding: chunked\r\n\r\n1;" + "x".repeat(250) + "\r\na\r\n0\r\n\r\n"));
    }

    @Test
    void endOfTheConnectionIsNamed() {
        for (String text : List.of("", "HTTP/1.1 200", OK, OK + "A: b\r\n"))
            assertTrue(refused(text).contains("the connection ended within the reply's head"));
    }

    /// RFC 9110 §15.2: a client bears interim answers, asked for or not; we bear five.
    @Test
    void interimAnswersArePassedOver() throws IOException {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        assertEquals(3, body(interim.repeat(5) + OK + "\r\nabc"));
        assertEquals("the answer never comes to a status", refused(interim.repeat(6) + OK + "\r\nabc"));
    }

    @Test
    void nothingAfterTheStatusLineMattersWhereNoBodyIsWanted() throws IOException {
        var octets = new ByteArrayInputStream((OK + "no field").getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(200, HttpReply.read(octets, 0).status());
    }
}
