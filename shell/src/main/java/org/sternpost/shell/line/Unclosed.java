package org.sternpost.shell.line;

/// What still waits for more text when a line ends too early.
public enum Unclosed {
    /// `'`
    SINGLE_QUOTE("'", "a single quote is open"),
    /// `"`
    DOUBLE_QUOTE("\"", "a double quote is open"),
    /// `{`
    BRACE("{", "a block is open"),
    /// `(`
    PAREN("(", "a parenthesis is open"),
    /// `@(`
    ARRAY("@(", "an array is open"),
    /// `@{`
    TABLE("@{", "a table is open"),
    /// `$(`
    GROOVY("$(", "a Groovy expression is open"),
    /// `${`
    VARIABLE("${", "a variable name is open"),
    /// Groovy's `/*`
    COMMENT("/*", "a comment is open"),
    /// `|` at the end
    PIPE("|", "a command must follow the pipe"),
    /// `,` at the end
    COMMA(",", "a value must follow the comma"),
    /// `=` at the end
    EQUALS("=", "a value must follow the equals sign"),
    /// A backtick at the end
    BACKTICK("`", "the backtick continues on the next line");

    private final String sign;
    private final String description;

    Unclosed(String sign, String says) {
        this.sign = sign;
        this.description = says;
    }

    /// The characters that opened it.
    public String sign() { return sign; }

    /// A clause for people.
    public String description() { return description; }
}
