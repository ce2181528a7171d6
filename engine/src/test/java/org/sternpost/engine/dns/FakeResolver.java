package org.sternpost.engine.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;

/// Answers from a map; what is not in it does not exist, with the status of the longest zone that was declared signed.
public final class FakeResolver implements Resolver {

    private final Map<Question, Answer> checked = new HashMap<>();
    private final Map<Question, Answer> unchecked = new HashMap<>();
    private final List<String> signed = new ArrayList<>();
    private final Map<String, Weakness> weak = new HashMap<>();
    private final List<Question> asked = Collections.synchronizedList(new ArrayList<>()); // by many threads at once

    /// Declares a zone and everything below it signed.
    public FakeResolver signed(String... zones) {
        signed.addAll(Arrays.asList(zones));
        return this;
    }

    /// Declares a zone and everything below it signed in vain.
    public FakeResolver weak(String zone, Weakness why) {
        weak.put(zone, why);
        return this;
    }

    public FakeResolver mx(String name, String... records) { return found(name, RecordType.MX, records); }

    public FakeResolver a(String name, String... records) { return found(name, RecordType.A, records); }

    public FakeResolver aaaa(String name, String... records) { return found(name, RecordType.AAAA, records); }

    public FakeResolver tlsa(String name, String... records) { return found(name, RecordType.TLSA, records); }

    public FakeResolver txt(String name, String... records) { return found(name, RecordType.TXT, records); }

    /// An alias: the address question follows it, the CNAME question answers with the alias's own status.
    public FakeResolver alias(String name, String target, String... addresses) {
        found(name, RecordType.CNAME, target);
        Status status = status(name) == Status.Secure ? status(target) : Status.Insecure;
        checked.put(question(name, RecordType.A),
                new Answer.Found(data(RecordType.A, addresses), status, Domain.of(target)));
        checked.put(question(name, RecordType.AAAA), new Answer.NoData(status, Domain.of(target)));
        return this;
    }

    public FakeResolver found(String name, RecordType type, String... records) {
        var answer = new Answer.Found(data(type, records), status(name), Domain.of(name));
        checked.put(question(name, type), answer);
        unchecked.put(question(name, type), new Answer.Found(answer.records(), Status.Insecure, Domain.of(name)));
        for (RecordType other : RecordType.values())
            checked.putIfAbsent(question(name, other), new Answer.NoData(status(name), Domain.of(name)));
        return this;
    }

    /// Lets a question fail; what was found before stays for those who ask unchecked.
    public FakeResolver fails(String name, RecordType type, Answer.Kind kind) {
        checked.put(question(name, type), new Answer.Failed(kind, "by the test"));
        return this;
    }

    public FakeResolver forget(String name, RecordType type) {
        checked.remove(question(name, type));
        return this;
    }

    /// True if a question of this type was asked for the name.
    public boolean wasAsked(String name, RecordType type) { return asked.contains(question(name, type)); }

    @Override
    public Answer ask(Question question) {
        asked.add(question);
        Answer answer = checked.get(question);
        return weakened(question.name().ascii(),
                answer != null ? answer : new Answer.NoSuchName(status(question.name().ascii()), question.name()));
    }

    private Answer weakened(String name, Answer answer) {
        var why = weak.entrySet().stream().filter(zone -> name.equals(zone.getKey()) || name.endsWith("."
                + zone.getKey())).map(Map.Entry::getValue).findFirst();
        if (why.isEmpty()) return answer;
        return switch (answer) {
            case Answer.Found found -> new Answer.Found(found.records(), found.status(), found.canonical(), why);
            case Answer.NoData none -> new Answer.NoData(none.status(), none.canonical(), why);
            case Answer.NoSuchName none -> new Answer.NoSuchName(none.status(), none.canonical(), why);
            case Answer.Failed failed -> failed;
        };
    }

    @Override
    public Answer askUnchecked(Question question) {
        Answer answer = unchecked.get(question);
        if (answer != null) return answer;
        return ask(question);
    }

    private Status status(String name) {
        return signed.stream().anyMatch(zone -> name.equals(zone) || name.endsWith("." + zone))
                ? Status.Secure
                : Status.Insecure;
    }

    private static Question question(String name, RecordType type) { return new Question(Domain.of(name), type); }

    private static List<Rdata> data(RecordType type, String... records) {
        return Arrays.stream(records).map(text -> {
            String[] parts = text.split(" ");
            return switch (type) {
                case A, AAAA -> (Rdata) new Rdata.Address(InetAddress.ofLiteral(text));
                case MX -> new Rdata.Mx(Integer.parseInt(parts[0]), parts[1].equals(".") ? "" : parts[1]);
                case CNAME -> new Rdata.Alias(text);
                case TXT -> new Rdata.Text(text);
                case TLSA -> new Rdata.Association(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]), HexFormat.of().parseHex(parts[3]));
            };
        }).toList();
    }
}
