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
    private static final String TABLES = "11 fsync(24</d/db-wal>) = 0\n";
    private static final String REPLY = "10 write(" + SOCKET + ", \"250 2.0.0 Ok\\r\\n\", 14) = 14\n";

    @Test
    void aMessageIsProvenWhenContentAndTablesAreSyncedBetweenItsWriteAndItsReply() {
        var proof = proof(READ + WRITE + SYNC + TABLES + REPLY);
        assertTrue(proof.written() && proof.contentSynced() && proof.tablesSynced());
        assertEquals(Syncs.Answer.TAKEN, proof.answer());
    }

    @Test
    void aSyncThatEndsBehindTheReplyProvesNothing() {
        var begun = "11 fdatasync(27</d/1.seg> <unfinished ...>\n";
        var ended = "11 <... fdatasync resumed>) = 0\n";
        assertTrue(proof(READ + WRITE + begun + ended + TABLES + REPLY).contentSynced());
        assertFalse(proof(READ + WRITE + begun + TABLES + REPLY + ended).contentSynced());
    }

    @Test
    void aSyncThatBeganBeforeTheWriteEndedProvesNothing() {
        var begun = "11 fdatasync(27</d/1.seg> <unfinished ...>\n";
        var ended = "11 <... fdatasync resumed>) = 0\n";
        assertFalse(proof(READ + begun + WRITE + ended + TABLES + REPLY).contentSynced());
    }

    @Test
    void aSyncThatFailedOrWasOfAnotherFileProvesNothing() {
        var failed = "11 fdatasync(27</d/1.seg>) = -1 EIO (Input/output error) (INJECTED)\n";
        assertFalse(proof(READ + WRITE + failed + TABLES + REPLY).contentSynced());
        assertFalse(proof(READ + WRITE + SYNC.replace("1.seg", "2.seg") + TABLES + REPLY).contentSynced());
        assertFalse(proof(READ + WRITE + SYNC + REPLY + TABLES).tablesSynced());
    }

    @Test
    void whereNoTablesAreSyncedAtAllTheContentIsEnough() {
        assertTrue(proof(READ + WRITE + SYNC + REPLY).tablesSynced());
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
