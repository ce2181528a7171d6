package org.sternpost.engine.message;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.VisibleText;

/// Reads the addresses of a header field: mailboxes alone or in groups, with names and comments (RFC 5322 §3.4).
///
/// What old software still writes is read too (RFC 5322 §4.4): white space around dots, empty places between commas,
/// a route in front of an address, which is passed over. What could mean two things is refused.
public final class AddressField {

    private static final String SPECIALS = "()<>[]:;@\\,.\""; // RFC 5322 §3.2.3

    private final String text;
    private final List<Mailbox> found = new ArrayList<>();
    private int at;
    private boolean grouped;

    /// @param name the words before the angle brackets, quotes taken off; empty text when there are none
    public record Mailbox(String name, Address address) {}

    /// What a field says.
    public sealed interface Read {

        /// @param grouped one at least stands in a group, or a group is empty
        record Mailboxes(List<Mailbox> all, boolean grouped) implements Read {
            public Mailboxes { all = List.copyOf(all); }
        }

        /// @param why a sentence that names the place
        record Malformed(String why) implements Read {}
    }

    /// A word of a phrase or of a local part, or a dot.
    private record Token(String text, boolean quoted) {
        static final Token DOT = new Token(".", false);

        boolean isDot() { return this == DOT; }
    }

    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String why) { super(why, null, false, false); }
    }

    private AddressField(String text) { this.text = text; }

    /// @param body the field without its name, unfolded
    public static Read of(String body) {
        var field = new AddressField(body);
        try {
            field.list();
            return new Read.Mailboxes(field.found, field.grouped);
        } catch (MalformedException | IllegalArgumentException bad) {
            return new Read.Malformed(String.valueOf(bad.getMessage()));
        }
    }

    /// address-list (RFC 5322 §3.4); places between commas may be empty (RFC 5322 §4.4).
    private void list() throws MalformedException {
        while (!atEnd()) {
            if (take(',')) continue;
            address(false);
            if (!atEnd() && !take(',')) throw unexpected("a comma belongs between two addresses");
        }
    }

    private void address(boolean inGroup) throws MalformedException {
        int start = at;
        List<Token> words = words();
        if (take('@')) {
            found.add(new Mailbox("", addrSpec(words)));
        } else if (take('<')) {
            Address address = angle();
            found.add(new Mailbox(phrase(words), address));
        } else if (!inGroup && !words.isEmpty() && take(':')) {
            group();
        } else if (atEnd() || ",;".indexOf(text.charAt(at)) >= 0) {
            throw new MalformedException("'" + VisibleText.excerpt(text.substring(start, at).strip())
                    + "' has no '@'" + (atEnd() || text.charAt(at) == ',' ? "" : "; commas belong between addresses"));
        } else
            throw unexpected("an address was expected");
    }

    private void group() throws MalformedException {
        grouped = true;
        while (!atEnd() && text.charAt(at) != ';') {
            if (take(',')) continue;
            address(true);
            if (!atEnd() && text.charAt(at) != ';' && !take(','))
                throw unexpected("a comma belongs between two addresses");
        }
        if (!take(';')) throw new MalformedException("a group of addresses has no ';' at its end");
    }

    /// Behind `<`, to the `>` and beyond it.
    private Address angle() throws MalformedException {
        // RFC 5322 §4.4: a route in front of the address is passed over.
        while (take('@')) {
            domain();
            while (take(','))
                continue;
            if (take(':')) break;
            if (atEnd() || text.charAt(at) != '@') throw unexpected("a route ends with ':'");
        }
        List<Token> words = words();
        if (words.isEmpty() && !atEnd() && text.charAt(at) == '>')
            throw new MalformedException("there is no address between '<' and '>'");
        if (!take('@')) throw unexpected("'@' was expected within the angle brackets");
        Address address = addrSpec(words);
        if (!take('>')) throw unexpected("'>' was expected");
        return address;
    }

    /// Behind `@`.
    private Address addrSpec(List<Token> local) throws MalformedException {
        if (local.isEmpty()) throw new MalformedException("the local part before '@' is empty");
        boolean quoted = false;
        var plain = new StringBuilder();
        for (int i = 0; i < local.size(); i++) {
            Token token = local.get(i);
            // Which of the words is the address nobody can tell.
            if (i > 0 && !token.isDot() && !local.get(i - 1).isDot())
                throw new MalformedException("'" + VisibleText.excerpt(phrase(local))
                        + "' stands before '@'; an address behind a name belongs in angle brackets");
            plain.append(token.text());
            quoted |= token.quoted();
        }
        String name = plain.toString();
        return Address.of((quoted && !isDotAtom(name) ? quoted(name) : name) + "@" + domain());
    }

    private String domain() throws MalformedException {
        skip();
        if (!atEnd() && text.charAt(at) == '[')
            throw new MalformedException("an address literal is named; a domain name is needed");
        var domain = new StringBuilder();
        boolean dot = true;
        while (!atEnd()) {
            char c = text.charAt(at);
            if (c == '.') {
                domain.append(c);
                at++;
                dot = true;
            } else if (dot && isAtom(c)) {
                domain.append(atom());
                dot = false;
            } else
                break;
        }
        return domain.toString();
    }

    /// Words and dots as far as they go, without white space and comments.
    private List<Token> words() throws MalformedException {
        var words = new ArrayList<Token>();
        while (!atEnd()) {
            char c = text.charAt(at);
            if (c == '.') {
                words.add(Token.DOT);
                at++;
            } else if (c == '"') words.add(new Token(quotedString(), true));
            else if (isAtom(c)) words.add(new Token(atom(), false));
            else
                break;
        }
        return words;
    }

    private static String phrase(List<Token> words) {
        var phrase = new StringBuilder();
        for (Token word : words) {
            if (!phrase.isEmpty() && !word.isDot()) phrase.append(' ');
            phrase.append(word.text());
        }
        return phrase.toString();
    }

    private String atom() {
        int from = at;
        while (at < text.length() && isAtom(text.charAt(at)))
            at++;
        return text.substring(from, at);
    }

    private String quotedString() throws MalformedException {
        var content = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return content.toString();
            }
            if (c == '\\' && at + 1 < text.length()) c = text.charAt(++at);
            content.append(c);
        }
        throw new MalformedException("a quote is not closed: '\"" + VisibleText.excerpt(content.toString()) + "'");
    }

    /// True if nothing but white space and comments is left; they are passed.
    private boolean atEnd() throws MalformedException {
        skip();
        return at == text.length();
    }

    private void skip() throws MalformedException {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '(') comment();
            else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
        }
    }

    /// To its last parenthesis; comments may hold comments (RFC 5322 §3.2.2).
    private void comment() throws MalformedException {
        int depth = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') at++;
            else if (c == '(') depth++;
            else if (c == ')' && --depth == 0) return;
        }
        at = text.length();
        throw new MalformedException("a comment has no ')' at its end");
    }

    private boolean take(char wanted) throws MalformedException {
        if (atEnd() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private MalformedException unexpected(String wanted) {
        return new MalformedException(at < text.length()
                ? wanted + ", and not '" + VisibleText.excerpt(text.substring(at)) + "'"
                : wanted + " at the end");
    }

    private static boolean isAtom(char c) { return c > ' ' && c != 0x7f && SPECIALS.indexOf(c) < 0; }

    private static boolean isDotAtom(String name) {
        if (name.isEmpty() || name.startsWith(".") || name.endsWith(".") || name.contains("..")) return false;
        for (int i = 0; i < name.length(); i++)
            if (name.charAt(i) != '.' && !isAtom(name.charAt(i))) return false;
        return true;
    }

    private static String quoted(String name) { return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\""; }
}
