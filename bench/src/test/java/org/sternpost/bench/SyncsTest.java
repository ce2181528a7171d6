package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SyncsTest {

    private static final String SOCKET = "43<TCPv6:[[::ffff:127.0.0.1]:25->[::ffff:127.0.0.1]:5]>";
    private static final String READ = "10 read(" + SOCKET + ", \"X-Bench-Id: 1-0\\r\\n\\r\\n.\\r\\n\", 4096) = 22\n";
    private static final String WRITE = "10 write(27</d/1.seg>, \"X-Bench-Id: 1-0\\r\\n\", 17) = 17\n";
    private static final String SYNC = "11 fdatasync(27</d/1.seg>) = 0\n";
    private static final String ROW = "11 pwrite64(24</d/db-wal>, \"\\0of1-0@sender.test\\0\", 17, 4096) = 17\n";
    private static final String TABLES = ROW + "11 fsync(24</d/db-wal>) = 0\n";
    private static final String REPLY = "10 write(" + SOCKET + ", \"250 2.0.0 Ok\\r\\n\", 14) = 14\n";

    @Test
    void aMessageIsProvenWhenContentAndEnvelopeAreSyncedBetweenTheirWritesAndTheReply() {
        var proof = proof(READ + WRITE + SYNC + TABLES + REPLY);
        assertTrue(proof.content() && proof.envelope());
        assertEquals(Syncs.Answer.TAKEN, proof.answer());
    }

    @Test
    void oneSyncProvesBothWhereOneFileHasBoth() {
        String batch = "10 pwritev(27</d/1.seg>, [{iov_base=\"of1-0@sender.test\\1\", iov_len=18},"
                + " {iov_base=\"X-Bench-Id: 1-0\\r\\n\", iov_len=17}], 2, 0) = 35\n";
        assertTrue(proof(READ + batch + SYNC + REPLY).safe());
        assertFalse(proof(READ + WRITE + SYNC + REPLY + TABLES).safe(), "rows that follow have their own record");
        assertFalse(proof(READ + ROW + WRITE + SYNC + REPLY).safe(), "written and not synced");
    }

    @Test
    void oneBatchOfSeveralMessagesProvesEachOfThem() {
        String batch = "10 write(27</d/1.seg>, \"of1-0@sender.test X-Bench-Id: 1-0\\r\\n of1-1@sender.test X-Bench-Id:"
                + " 1-1\\r\\n\", 99) = 99\n";
        String other = READ.replace("1-0", "1-1").replace("]:5]", "]:6]");
        var proofs = Syncs.proofs(SystemCalls.read((READ + other + batch + REPLY + SYNC
                + REPLY.replace("]:5]", "]:6]")).lines()), new Tally(1, 2));
        assertEquals(List.of(false, true), proofs.stream().map(Syncs.Proof::safe).toList(), "one was answered early");
    }

    @Test
    void aSyncThatEndsBehindTheReplyProvesNothing() {
        var begun = "11 fdatasync(27</d/1.seg> <unfinished ...>\n";
        var ended = "11 <... fdatasync resumed>) = 0\n";
        assertTrue(proof(READ + WRITE + begun + ended + TABLES + REPLY).content());
        assertFalse(proof(READ + WRITE + begun + TABLES + REPLY + ended).content());
    }

    @Test
    void aSyncThatBeganBeforeTheWriteEndedProvesNothing() {
        var begun = "11 fdatasync(27</d/1.seg> <unfinished ...>\n";
        var ended = "11 <... fdatasync resumed>) = 0\n";
        assertFalse(proof(READ + begun + WRITE + ended + TABLES + REPLY).content());
    }

    @Test
    void aSyncThatFailedOrWasOfAnotherFileProvesNothing() {
        var failed = "11 fdatasync(27</d/1.seg>) = -1 EIO (Input/output error) (INJECTED)\n";
        assertFalse(proof(READ + WRITE + failed + TABLES + REPLY).content());
        assertFalse(proof(READ + WRITE + SYNC.replace("1.seg", "2.seg") + TABLES + REPLY).content());
        assertFalse(proof(READ + WRITE + SYNC + REPLY + TABLES).envelope());
    }

    @Test
    void theReplyIsThatOfTheSameConnection() {
        var other = REPLY.replace("]:5]", "]:6]");
        assertEquals(Syncs.Answer.LATER,
                proof(READ + WRITE + other + SYNC + TABLES + REPLY.replace("250 2", "451 4")).answer());
    }

    private static Syncs.Proof proof(String trace) {
        List<Syncs.Proof> proofs = Syncs.proofs(SystemCalls.read(trace.lines()), new Tally(1, 1));
        assertEquals(1, proofs.size());
        return proofs.getFirst();
    }
}
