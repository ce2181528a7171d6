package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.smtp.server.Admission.Standing;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;

/// Who gets a session: of ten in all, four of an address, six of a network.
class AdmissionTest {

    private final Admission admission = new Admission(
            ServerLimits.DEFAULT.withSessions(new ServerLimits.Sessions(10, 4, 6, 2)));
    private final List<Admission.Place> places = new ArrayList<>();

    /// `A*n`: that client has so many sessions already.
    @ParameterizedTest
    @CsvSource(textBlock = """
            192.0.2.1*3,                192.0.2.1,       ''
            192.0.2.1*4,                192.0.2.1,       421 4.7.0 too many sessions from 192.0.2.1; try again later
            192.0.2.1*4,                192.0.2.2,       ''
            192.0.2.1*4 192.0.2.2*2,    192.0.2.3,       421 4.7.0 too many sessions from 192.0.2.0/24; try again later
            192.0.2.1*4 192.0.2.2*2,    192.0.3.3,       ''
            2001:db8::1*4, 2001:db8::1, 421 4.7.0 too many sessions from 2001:db8:0:0:0:0:0:1; try again later
            2001:db8::1*4 2001:db8::2*2, 2001:db8::3, \
            421 4.7.0 too many sessions from 2001:db8:0:0:0:0:0:0/64; try again later
            2001:db8::1*4 2001:db8::2*2, 2001:db8:0:1::, ''
            10.0.0.1*4 10.1.0.1*4 10.2.0.1*2, 10.3.0.1,  421 4.3.2 too many sessions; try again later
            10.0.0.1*4 10.1.0.1*4 10.2.0.1*1, 10.3.0.1,  ''
            """)
    void limitsAreOfAllOfAnAddressAndOfANetwork(String before, String client, String refusal) {
        for (String one : before.split(" ")) {
            String[] parts = one.split("\\*");
            for (int i = 0; i < Integer.parseInt(parts[1]); i++)
                admit(parts[0]);
        }
        assertEquals(refusal, admit(client));
        int open = places.size();
        places.forEach(Admission.Place::close);
        assertEquals(0, admission.sessions());
        assertEquals(0, admission.memoryOctets());
        places.clear();
        // Whoever has gone counts no more, neither by address nor by network.
        for (int i = 0; i < 4; i++)
            assertEquals("", admit(client));
        assertEquals(refusal.isEmpty() ? 0 : 1, admission.refused(), open + " were open");
    }

    @Test
    void whoMayNotRelayIsToldSoAndTakesNothing() {
        var stranger = InetAddress.ofLiteral("192.0.2.9");
        for (int i = 0; i < 1_000; i++)
            assertInstanceOf(Admission.Answer.Refused.class, admission.admit(stranger, Standing.Outside));
        assertEquals(0, admission.sessions());
        assertEquals(0, admission.memoryOctets());
        assertEquals("", admit("192.0.2.9"));
    }

    @Test
    void memoryThatIsTakenHasNoSessionAndOthersKeepTheirs() {
        var small = new Admission(ServerLimits.DEFAULT.withMemoryOctetsMax(100 << 10));
        var address = InetAddress.ofLiteral("192.0.2.1");
        var open = new ArrayList<Admission.Place>();
        for (int i = 0; i < 3; i++)
            if (small.admit(address, Standing.Known) instanceof Admission.Answer.Admitted(var place)) open.add(place);
        assertEquals(3, open.size());
        var refused = assertInstanceOf(Admission.Answer.Refused.class, small.admit(address, Standing.Known));
        assertEquals("421 4.3.2 no memory for more sessions; try again later", refused.why().toString());
        open.removeLast().close();
        assertInstanceOf(Admission.Answer.Admitted.class, small.admit(address, Standing.Known));
    }

    /// From wherever they come, clients that have not proven who they are leave places to those who may relay.
    @Test
    void thoseWhoHaveNotAuthenticatedHaveAQuarterUntilTheyHave() {
        var eight = new Admission(ServerLimits.DEFAULT.withSessions(ServerLimits.Sessions.of(8)));
        var open = new ArrayList<Admission.Place>();
        for (int i = 1; i <= 3; i++)
            if (eight.admit(InetAddress.ofLiteral("192.0." + i + ".1"),
                    Standing.Unproven) instanceof Admission.Answer.Admitted(var place))
                open.add(place);
        assertEquals(2, open.size());
        assertInstanceOf(Admission.Answer.Admitted.class,
                eight.admit(InetAddress.ofLiteral("192.0.9.1"), Standing.Known));
        open.getFirst().prove();
        assertInstanceOf(Admission.Answer.Admitted.class,
                eight.admit(InetAddress.ofLiteral("192.0.8.1"), Standing.Unproven));
        assertInstanceOf(Admission.Answer.Refused.class,
                eight.admit(InetAddress.ofLiteral("192.0.7.1"), Standing.Unproven));
    }

    private String admit(String client) {
        return switch (admission.admit(InetAddress.ofLiteral(client), Standing.Known)) {
            case Admission.Answer.Admitted(var place) -> {
                places.add(place);
                yield "";
            }
            case Admission.Answer.Refused(var why) -> why.toString();
        };
    }
}
