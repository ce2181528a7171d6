package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.smtp.Command.MailCommand;
import org.sternpost.engine.smtp.Command.MalformedCommandException;
import org.sternpost.engine.smtp.Command.RcptCommand;
import org.sternpost.engine.smtp.Command;

/// Any octets as a command line.
class CommandFuzzTest {

    @FuzzTest
    void aCommandIsReadOrRefusedWithACode(byte[] line) {
        try {
            Command command = Command.of(line);
            assertTrue(command.argument().chars().noneMatch(c -> c < 0x20), command::toString);
            for (String keyword : new String[]{"FROM:", "TO:"})
                path(command, keyword);
        } catch (MalformedCommandException refused) {
            assertTrue(refused.reply().toString().matches("(?s)5\\d\\d 5\\.\\d\\.\\d .+"), refused.reply().toString());
        }
    }

    private static void path(Command command, String keyword) throws MalformedCommandException {
        Command.Path path = command.path(keyword);
        try {
            if (keyword.equals("TO:")) {
                var to = Address.of("b@example.org");
                var asked = RcptCommand.of(to, path.parameters(), true);
                String written = RcptCommand.written(asked, true);
                assertEquals(asked, RcptCommand.of(to, Command.parameters(written.strip()), true));
                address(path.path());
                return;
            }
            var asked = MailCommand.of(path.parameters());
            assertEquals(asked, MailCommand.of(Command.parameters(asked.written().strip())));
        } catch (MalformedCommandException refused) {
            assertTrue(refused.reply().toString().matches("(?s)5\\d\\d 5\\.\\d\\.\\d .+"), refused.reply().toString());
        }
        try {
            assertTrue(ReversePath.of(path.path()) instanceof ReversePath.Mailbox || path.path().isEmpty());
        } catch (IllegalArgumentException refused) {
            assertTrue(!String.valueOf(refused.getMessage()).isBlank());
        }
    }

    /// An address that was taken is written as it is read: nothing in it can begin another header line or command.
    private static void address(String text) {
        Address address;
        try {
            address = Address.of(text);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(address, Address.of(address.toString()));
        assertTrue(address.toString().chars().noneMatch(Character::isISOControl), address::toString);
    }
}
