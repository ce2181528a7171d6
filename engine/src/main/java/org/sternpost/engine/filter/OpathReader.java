package org.sternpost.engine.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sternpost.engine.filter.OpathFilter.Operator;
import org.sternpost.engine.filter.FilterType.Kind;
import org.sternpost.engine.filter.FilterType.Property;
import org.sternpost.engine.filter.FilterWords.Word;
import org.sternpost.engine.mail.Nearest;

/// Reads the text of a filter (docs/queue.md#filter): `Status -eq 'Retry' -and MessageCount -gt 10`.
///
/// `-and` binds before `-or`; case does not matter. What cannot be meant is refused with its place and a remedy: a text
/// of whatever length or depth costs no more than the limits here.
public final class OpathReader {

    static final int CHARACTERS_MAX = 8_000;
    static final int TESTS_MAX = 200;
    static final int DEPTH_MAX = 50;

    private static final String FORM = "write Property -op 'value', as Status -eq 'Retry'";
    private static final String SIGNS = Arrays.stream(Operator.values()).map(OpathReader::sign)
            .collect(Collectors.joining(" "));

    private final FilterType<?> type;
    private final int end;
    private final List<Word> words;
    private int next;
    private int depth;
    private int tests;

    private OpathReader(FilterType<?> type, String text) throws FilterException {
        this.type = type;
        this.end = text.length();
        this.words = FilterWords.of(text);
    }

    /// @throws FilterException if it is no filter on such records
    public static OpathFilter read(String text, FilterType<?> type) throws FilterException {
        if (text.length() > CHARACTERS_MAX)
            throw new FilterException("it has " + text.length() + " characters", CHARACTERS_MAX, "…",
                    CHARACTERS_MAX + " are the most; ask in parts");
        var reader = new OpathReader(type, text);
        if (reader.words.isEmpty())
            throw new FilterException("it is empty, and empty is never all", 0, "", FORM);
        OpathFilter filter = reader.or();
        if (reader.next < reader.words.size()) throw reader.unexpected();
        return filter;
    }

    private OpathFilter or() throws FilterException {
        var parts = new ArrayList<>(List.of(and()));
        while (takes("-or"))
            parts.add(and());
        return parts.size() == 1 ? parts.getFirst() : new OpathFilter.Or(parts);
    }

    private OpathFilter and() throws FilterException {
        var parts = new ArrayList<>(List.of(not()));
        while (takes("-and"))
            parts.add(not());
        return parts.size() == 1 ? parts.getFirst() : new OpathFilter.And(parts);
    }

    private OpathFilter not() throws FilterException {
        boolean opposite = false;
        while (takes("-not") || takes("!"))
            opposite = !opposite;
        OpathFilter what = sees("(") ? inParentheses() : test();
        return opposite ? new OpathFilter.Not(what) : what;
    }

    private OpathFilter inParentheses() throws FilterException {
        Word open = words.get(next++);
        if (++depth > DEPTH_MAX)
            throw new FilterException("more than " + DEPTH_MAX + " parentheses in each other", open.at(), "(",
                    "write it with fewer");
        OpathFilter inside = or();
        if (!takes(")"))
            throw next < words.size()
                    ? unexpected()
                    : new FilterException("the parenthesis of character " + (open.at() + 1) + " has no end", end, "",
                            "add )");
        depth--;
        return inside;
    }

    private OpathFilter test() throws FilterException {
        Property<?> property = property();
        Operator operator = operator(property);
        if (next >= words.size())
            throw new FilterException("a value is missing", end, "", FORM);
        Word value = words.get(next++);
        if (!value.quoted() && (value.isSign() || value.is("(") || value.is(")") || value.is("!")))
            throw new FilterException("a value belongs here", value.at(), value.text(), FORM);
        if (++tests > TESTS_MAX)
            throw new FilterException("more than " + TESTS_MAX + " comparisons", value.at(), value.text(),
                    "ask in parts");
        return new OpathFilter.Test(property.name(), operator, FilterValues.read(property, operator, value));
    }

    private Property<?> property() throws FilterException {
        if (next >= words.size()) throw new FilterException("a property is missing", end, "", FORM);
        Word word = words.get(next++);
        if (word.quoted() || word.isSign() || word.is(")"))
            throw new FilterException("a property comes first", word.at(), word.text(), FORM);
        String name = word.text().startsWith("$_.") ? word.text().substring(3) : word.text();
        Optional<? extends Property<?>> found = type.find(name);
        if (found.isPresent()) return found.get();
        String all = "a " + type.name() + " has: " + String.join(", ", type.names());
        throw new FilterException("a " + type.name() + " has no property " + name, word.at(), word.text(),
                Nearest.to(name, type.names()).map(near -> "did you mean " + near + "? " + all).orElse(all));
    }

    private Operator operator(Property<?> property) throws FilterException {
        if (next >= words.size())
            throw new FilterException("an operator is missing behind " + property.name(), end, "", FORM);
        Word word = words.get(next++);
        for (Operator one : Operator.values())
            if (word.is(sign(one))) return fitting(one, property, word);
        if (word.is("-match") || word.is("-notmatch") || word.is("-in") || word.is("-contains"))
            throw new FilterException("-Filter has no " + word.text(), word.at(), word.text(),
                    "-like takes * and ?, several values are joined by -or; Where-Object has " + word.text());
        throw new FilterException("there is no such operator", word.at(), word.text(),
                word.isSign()
                        ? Nearest.to(word.text(), List.of(SIGNS.split(" "))).map(near -> "did you mean " + near + "?")
                                .orElse("operators are " + SIGNS)
                        : word.is("=") || word.is("==") ? "write -eq" : "operators are " + SIGNS);
    }

    private static Operator fitting(Operator operator, Property<?> property, Word word) throws FilterException {
        boolean texts = property.kind() == Kind.Text || property.kind() == Kind.Word;
        if (operator.isPattern() && !texts)
            throw new FilterException(property.name() + " is no text, so " + sign(operator) + " does not fit",
                    word.at(), word.text(), "compare it with -eq, -gt, -lt");
        if (operator.isOrder() && property.kind() == Kind.Word)
            throw new FilterException(property.name() + " has no order", word.at(), word.text(),
                    "compare it with -eq, -ne, -like");
        return operator;
    }

    static String sign(Operator operator) { return "-" + operator.name().toLowerCase(Locale.ROOT); }

    private boolean sees(String wanted) { return next < words.size() && words.get(next).is(wanted); }

    private boolean takes(String wanted) {
        if (!sees(wanted)) return false;
        next++;
        return true;
    }

    private FilterException unexpected() {
        Word word = words.get(next);
        return new FilterException("this does not fit here", word.at(), word.text(), word.quoted() || !word.isSign()
                ? "comparisons are joined by -and or -or; text with blanks is quoted"
                : FORM);
    }
}
