package org.sternpost.shell.line;

import static org.sternpost.shell.line.HighlightedToken.Kind.NATIVE;
import static org.sternpost.shell.line.Source.END;
import static org.sternpost.shell.line.Source.isNewline;

import org.sternpost.shell.line.Script.PipelineElement;

/// Reads `!` and the text after it, up to the next `|` or `;` outside quotes, or the end of the line.
final class NativeCommandReader {
    private NativeCommandReader() {}

    static PipelineElement.Native read(Source source) {
        int start = source.at();
        source.progress.nowhere();
        source.take();
        int from = source.at();
        int open = 0;
        while (true) {
            int c = source.peek();
            if (c == END || c == '|' || c == ';' || isNewline(c) || c == ')' && open == 0 && source.depth() > 0) {
                break;
            }
            if (c == '\'' || c == '"') {
                quoted(source, c);
                continue;
            }
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            source.take();
        }
        var text = source.since(from).strip();
        if (text.isEmpty()) {
            throw SyntaxErrors.emptyNative(source.spanFrom(start));
        }
        source.mark(NATIVE, start);
        return new PipelineElement.Native(text, source.spanFrom(start));
    }

    private static void quoted(Source source, int quote) {
        int start = source.at();
        source.take();
        while (source.peek() != quote) {
            if (source.peek() == END) {
                throw source.incomplete(quote == '\'' ? Unclosed.SINGLE_QUOTE : Unclosed.DOUBLE_QUOTE, start);
            }
            source.take();
        }
        source.take();
    }
}
