package org.sternpost.engine.queue;

import java.util.List;
import org.sternpost.engine.store.SchemaVersion;

/// Makes the tables of queue and trace, and those of older versions what they are now.
final class QueueSchema {

    static final List<String> STATEMENTS = List.of("""
            CREATE TABLE IF NOT EXISTS message (
              id TEXT PRIMARY KEY, body BIGINT NOT NULL, received BIGINT NOT NULL, expires BIGINT NOT NULL,
              sender TEXT NOT NULL, message_id TEXT NOT NULL, subject TEXT NOT NULL, size BIGINT NOT NULL,
              client TEXT NOT NULL, smtp_utf8 INTEGER NOT NULL, eight_bit INTEGER NOT NULL,
              envelope_id TEXT NOT NULL, return_full INTEGER NOT NULL, delay_told INTEGER NOT NULL,
              tls_wish TEXT NOT NULL DEFAULT 'None')""",
            // Data directories of versions without REQUIRETLS: what they hold was accepted without a wish.
            "ALTER TABLE message ADD COLUMN IF NOT EXISTS tls_wish TEXT NOT NULL DEFAULT 'None'",
            // Of versions without a checksum: what they hold is taken as it is.
            "ALTER TABLE message ADD COLUMN IF NOT EXISTS envelope_crc BIGINT NOT NULL DEFAULT "
                    + EnvelopeChecksum.NONE,
            """
            CREATE TABLE IF NOT EXISTS recipient (
              message TEXT NOT NULL, position INTEGER NOT NULL, local_part TEXT NOT NULL, domain TEXT NOT NULL,
              connector TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due BIGINT NOT NULL,
              notify_on TEXT NOT NULL, original TEXT NOT NULL, last_at BIGINT NOT NULL, last_kind TEXT NOT NULL,
              code TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL, tls TEXT NOT NULL, level TEXT NOT NULL,
              would_fail TEXT NOT NULL, detail TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
              PRIMARY KEY (message, position))""",
            // Which rule chose the connector; mail of versions without rules was routed by address.
            "ALTER TABLE recipient ADD COLUMN IF NOT EXISTS rule TEXT NOT NULL DEFAULT ''",
            // How often a recipient's mail made this gateway fail; a restart does not forget it.
            "ALTER TABLE recipient ADD COLUMN IF NOT EXISTS defects INTEGER NOT NULL DEFAULT 0",
            // That a recipient's mail is late was once told for one of them alone, and kept with the message.
            "ALTER TABLE recipient ADD COLUMN IF NOT EXISTS delay_told INTEGER NOT NULL DEFAULT 0",
            // Data directories of versions that knew a reason by its code alone, which a host may use as well.
            "ALTER TABLE recipient ADD COLUMN IF NOT EXISTS reason TEXT NOT NULL DEFAULT ''", """
            CREATE TABLE IF NOT EXISTS trace_event (
              message TEXT NOT NULL, position INTEGER NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
              connector TEXT NOT NULL, code TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL,
              tls TEXT NOT NULL, level TEXT NOT NULL, would_fail TEXT NOT NULL, detail TEXT NOT NULL)""",
            // Versions before 3 kept code, sentence and remedy as one text, and reasons by their tokens.
            "ALTER TABLE trace_event ADD COLUMN IF NOT EXISTS reason TEXT NOT NULL DEFAULT ''",
            statusColumn("recipient", "reply INTEGER NOT NULL DEFAULT 0"),
            statusColumn("trace_event", "reply INTEGER NOT NULL DEFAULT 0"),
            statusColumn("recipient", "owner TEXT NOT NULL DEFAULT ''"),
            statusColumn("trace_event", "owner TEXT NOT NULL DEFAULT ''"),
            statusColumn("recipient", "remedy TEXT NOT NULL DEFAULT ''"),
            statusColumn("trace_event", "remedy TEXT NOT NULL DEFAULT ''"),
            statusColumn("recipient", "last_code TEXT"), statusColumn("trace_event", "last_code TEXT"),
            statusColumn("recipient", "would_sentence TEXT NOT NULL DEFAULT ''"),
            statusColumn("trace_event", "would_sentence TEXT NOT NULL DEFAULT ''"),
            statusColumn("recipient", "would_owner TEXT NOT NULL DEFAULT ''"),
            statusColumn("trace_event", "would_owner TEXT NOT NULL DEFAULT ''"),
            statusColumn("recipient", "would_remedy TEXT NOT NULL DEFAULT ''"),
            statusColumn("trace_event", "would_remedy TEXT NOT NULL DEFAULT ''"), withoutCode("recipient"),
            withoutCode("trace_event"), namedReason("recipient"), namedReason("trace_event"), """
            CREATE TABLE IF NOT EXISTS suspended_destination (connector TEXT NOT NULL, domain TEXT NOT NULL,
              PRIMARY KEY (connector, domain))""", """
            CREATE TABLE IF NOT EXISTS suspended_lane (connector TEXT NOT NULL, domain TEXT NOT NULL,
              PRIMARY KEY (connector, domain))""",
            // Its name in versions up to schema 3; made above where it is not, so that it can be emptied here.
            "INSERT INTO suspended_destination (connector, domain) SELECT connector, domain FROM suspended_lane",
            "DROP TABLE suspended_lane", """
            CREATE INDEX IF NOT EXISTS recipient_owed ON recipient (message) WHERE state IN ('Waiting', 'Suspended')
            """,
            "CREATE INDEX IF NOT EXISTS recipient_suspended ON recipient (connector, domain) WHERE state = 'Suspended'",
            "CREATE INDEX IF NOT EXISTS message_received ON message (received)",
            "CREATE INDEX IF NOT EXISTS trace_event_message ON trace_event (message)",
            "CREATE INDEX IF NOT EXISTS message_message_id ON message (message_id)",
            "CREATE INDEX IF NOT EXISTS recipient_by_domain ON recipient (domain, message)");

    private QueueSchema() {}

    private static String statusColumn(String table, String column) {
        return "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS " + column;
    }

    /// The code has a column; the remedy of an older row stays at the end of its sentence.
    private static String withoutCode(String table) {
        return SchemaVersion.before(3, "UPDATE " + table + " SET detail = substr(detail, length(code) + 2)"
                + " WHERE code <> '' AND substr(detail, 1, length(code) + 1) = code || ' '");
    }

    /// A reason by the name that the column `reason` has for it too.
    private static String namedReason(String table) {
        return SchemaVersion.before(3, "UPDATE " + table + " SET would_fail = upper(replace(would_fail, '-', '_'))"
                + " WHERE would_fail <> ''");
    }
}
