package org.sternpost.engine.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.SimTime;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// Any octets as the reply to a question that they repeat or not.
class MessagesFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @FuzzTest
    void aReplyIsReadOrRefused(byte[] octets) {
        Message reply;
        try {
            reply = new Message(octets);
        } catch (IOException unreadable) {
            return;
        }
        Domain name = asked(reply);
        for (RecordType type : RecordType.values()) {
            var question = new Question(name, type);
            Lookup.Reading reading = Messages.read(question, reply, Status.Secure, NOW);
            check(question, reply, reading);
            onceMore(question, reading);
        }
    }

    private static Domain asked(Message reply) {
        try {
            Record question = reply.getQuestion();
            return Domain.of(question == null ? "mx.example.org" : question.getName().toString(true));
        } catch (IllegalArgumentException noHostName) {
            return Domain.of("mx.example.org");
        }
    }

    private static void check(Question question, Message reply, Lookup.Reading reading) {
        assertFalse(reading.ttl().isNegative(), reading::toString);
        switch (reading.answer()) {
            case Answer.Found found -> {
                assertEquals(Rcode.NOERROR, reply.getRcode());
                assertTrue(found.records().size() <= reply.getSection(Section.ANSWER).size());
                assertTrue(reply.getSection(Section.ANSWER).stream()
                        .anyMatch(record -> record.getType() == question.type().number()
                                && same(record.getName(), found.canonical())));
            }
            case Answer.NoData none -> absent(reply, Rcode.NOERROR, none.canonical(), question);
            case Answer.NoSuchName none -> absent(reply, Rcode.NXDOMAIN, none.canonical(), question);
            case Answer.Failed failed -> {
                assertEquals(Duration.ZERO, reading.ttl());
                assertFalse(failed.why().isBlank());
                assertTrue(failed.why().chars().noneMatch(Character::isISOControl), failed.why());
            }
        }
    }

    /// RFC 2308 §2: nothing is denied by a reply that holds what was asked for, is cut short, or is no reply.
    private static void absent(Message reply, int rcode, Domain canonical, Question question) {
        assertEquals(rcode, reply.getRcode());
        assertTrue(reply.getHeader().getFlag(Flags.QR) && !reply.getHeader().getFlag(Flags.TC));
        assertTrue(reply.getSection(Section.ANSWER).stream()
                .noneMatch(record -> record.getType() == question.type().number()
                        && same(record.getName(), canonical)));
    }

    private static boolean same(Name name, Domain domain) {
        return name.toString(true).equalsIgnoreCase(domain.ascii());
    }

    /// A failure is never kept, whatever else it may say; what is kept is what was read.
    private static void onceMore(Question question, Lookup.Reading reading) {
        var asked = new int[1];
        var resolver = new CachingResolver(new Lookup() {
            @Override
            public Reading checked(Question same) {
                asked[0]++;
                return reading;
            }

            @Override
            public Reading unchecked(Question same) { return reading; }
        }, new SimTime());
        assertEquals(reading.answer(), resolver.ask(question));
        assertEquals(reading.answer(), resolver.ask(question));
        assertEquals(reading.ttl().isZero() ? 2 : 1, asked[0]);
    }
}
