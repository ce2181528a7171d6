package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.control.view.ProofView.Sign;
import org.sternpost.engine.control.view.Tree;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.render.Paragraph.Word;

/// One record as a tree, as the marks of its view say: sentences first, then each node with what hangs on it.
///
/// Without a terminal there are no boxes and no colours: blanks for depth, words for signs.
final class TreeLayout {

    private static final int CELLS_MIN = 40;
    private static final int CELLS_MAX = 120; // longer lines are hard to read
    private static final int DEPTH_MAX = 20;
    private static final String BETWEEN_WORDS = "(?<!\\bRFC)\\s+(?!§)"; // a section stays with its RFC

    private final ValueFormat values;
    private final AnsiStyle style;
    private final int width;
    private final boolean boxes;
    private final List<String> lines = new ArrayList<>();

    private TreeLayout(ValueFormat values, AnsiStyle style, int width) {
        this.values = values;
        this.style = style;
        this.boxes = width > 0;
        this.width = boxes ? Math.clamp(width - 1L, CELLS_MIN, CELLS_MAX) : Integer.MAX_VALUE;
    }

    /// True if the record's view says how to draw it.
    static boolean draws(Item item) {
        return ViewType.of(item).stream().flatMap(type -> type.properties().stream())
                .anyMatch(property -> property.tree().isPresent());
    }

    static List<String> lines(Item item, ValueFormat values, AnsiStyle style, int width) {
        var tree = new TreeLayout(values, style, width);
        tree.leads(item);
        tree.node(item, "", "", 0);
        return tree.lines;
    }

    /// What a node is drawn from.
    private record Mark(String label, Tree.Role role, @Nullable Object value) {}

    private void leads(Item item) {
        var leads = marks(item, Tree.Role.Lead).filter(mark -> !text(mark).isEmpty()).toList();
        int widest = leads.stream().mapToInt(mark -> TextWidth.of(mark.label())).max().orElse(0);
        for (Mark mark : leads) {
            if (mark.label().isEmpty()) {
                paragraph(words(text(mark), word -> style.strong(painted(sign(item), word))), "", "");
                if (leads.size() > 1) lines.add("");
            } else {
                String gap = " ".repeat(widest - TextWidth.of(mark.label()) + 2);
                paragraph(words(text(mark), word -> word), (boxes ? "  " : "") + style.dim(mark.label())
                        + (boxes ? gap : ": "), " ".repeat(boxes ? widest + 4 : 2));
            }
        }
        if (!leads.isEmpty()) lines.add("");
    }

    /// @param head before the first line of the node
    /// @param rest before all others, and before its branches
    private void node(Item item, String head, String rest, int depth) {
        var branches = depth < DEPTH_MAX ? branches(item) : List.<Branch>of();
        String trunk = rest + (!boxes ? "  " : branches.isEmpty() ? "  " : style.dim("│") + " ");
        Sign sign = sign(item);
        var title = new ArrayList<Word>();
        marks(item, Tree.Role.Title).forEach(mark -> {
            title.addAll(words(mark.label(), style::dim));
            title.addAll(words(text(mark), style::strong));
        });
        var status = marks(item, Tree.Role.Status)
                .flatMap(mark -> words(text(mark), word -> painted(sign, word)).stream()).toList();
        for (int i = 0; i < status.size(); i++)
            title.add(i == 0 ? status.getFirst().apart() : status.get(i));
        var texts = marks(item, Tree.Role.Text).map(TreeLayout.this::text).filter(text -> !text.isEmpty()).toList();
        var aside = marks(item, Tree.Role.Aside).map(TreeLayout.this::text).filter(text -> !text.isEmpty())
                .map(text -> new Word("(" + text + ")", style::dim)).toList();
        if (texts.isEmpty()) title.addAll(aside);
        boolean signed = marks(item, Tree.Role.Sign).findAny().isPresent();
        paragraph(title, head + (signed ? glyph(sign) : ""), trunk);
        for (int i = 0; i < texts.size(); i++) {
            var paragraphs = texts.get(i).lines().toList();
            for (int j = 0; j < paragraphs.size(); j++) {
                var words = new ArrayList<>(words(paragraphs.get(j), word -> word));
                if (i == texts.size() - 1 && j == paragraphs.size() - 1) words.addAll(aside);
                paragraph(words, trunk, trunk);
            }
        }
        facts(item, trunk);
        for (int i = 0; i < branches.size(); i++)
            branch(branches.get(i), i == branches.size() - 1, rest, depth + 1);
    }

    private void facts(Item item, String trunk) {
        var facts = marks(item, Tree.Role.Fact).filter(mark -> !text(mark).isEmpty()).toList();
        int widest = facts.stream().mapToInt(mark -> TextWidth.of(mark.label())).max().orElse(0);
        for (Mark mark : facts) {
            String gap = boxes ? " ".repeat(widest - TextWidth.of(mark.label()) + 2) : ": ";
            paragraph(words(text(mark), word -> word), trunk + style.dim(mark.label()) + gap,
                    trunk + " ".repeat(boxes ? widest + 2 : 2));
        }
    }

    /// A node of its own, or a heading with nodes below it.
    private sealed interface Branch {
        record One(Item item) implements Branch {}

        record Group(String label, List<Item> items) implements Branch {}
    }

    private List<Branch> branches(Item item) {
        var branches = new ArrayList<Branch>();
        marks(item, Tree.Role.Nodes).forEach(mark -> {
            var items = items(mark.value());
            if (mark.label().isEmpty()) items.forEach(one -> branches.add(new Branch.One(one)));
            else if (!items.isEmpty()) branches.add(new Branch.Group(mark.label(), items));
        });
        return branches;
    }

    private void branch(Branch branch, boolean last, String rest, int depth) {
        String head = boxes ? rest + style.dim(last ? "└─" : "├─") + " " : rest + "  ";
        String below = boxes ? rest + (last ? "   " : style.dim("│") + "  ") : rest + "  ";
        switch (branch) {
            case Branch.One(var item) -> node(item, head, below, depth);
            case Branch.Group(var label, var items) -> {
                paragraph(words(label, style::strong), head, below);
                for (int i = 0; i < items.size(); i++)
                    branch(new Branch.One(items.get(i)), i == items.size() - 1, below, depth + 1);
            }
        }
    }

    private void paragraph(List<Word> words, String head, String rest) {
        lines.addAll(Paragraph.wrapped(words, head, rest, width));
    }

    private String glyph(Sign sign) {
        return switch (sign) {
            case Good -> boxes ? painted(sign, "✓") + " " : "ok    ";
            case Plain -> boxes ? "· " : "-     ";
            case Note -> boxes ? painted(sign, "!") + " " : "note  ";
            case Bad -> boxes ? painted(sign, "✗") + " " : "FAIL  ";
        };
    }

    private String painted(Sign sign, String text) {
        return switch (sign) {
            case Good -> style.good(text);
            case Plain -> text;
            case Note -> style.warning(text);
            case Bad -> style.error(text);
        };
    }

    private static Sign sign(Item item) {
        return marks(item, Tree.Role.Sign).map(Mark::value).filter(Sign.class::isInstance).map(Sign.class::cast)
                .findFirst().orElse(Sign.Plain);
    }

    private static Stream<Mark> marks(Item item, Tree.Role role) {
        return ViewType.of(item).stream().flatMap(type -> type.properties().stream())
                .filter(property -> property.tree().map(Tree::value).filter(role::equals).isPresent())
                .map(property -> new Mark(property.tree().map(Tree::label).orElse(""), role,
                        item.get(property.name())));
    }

    private static List<Item> items(@Nullable Object value) {
        return switch (value) {
            case Item item -> List.of(item);
            case List<?> list -> list.stream().filter(Item.class::isInstance).map(Item.class::cast).toList();
            case null, default -> List.of();
        };
    }

    /// Text of a peer keeps its line ends and loses all else that could move the cursor.
    private String text(Mark mark) {
        return switch (mark.value()) {
            case null -> "";
            case List<?> list when list.isEmpty() -> "";
            case List<?> list -> list.stream().map(values::text)
                    .collect(Collectors.joining(mark.role() == Tree.Role.Lead
                            ? " "
                            : ", "));
            case String text -> text.lines().map(VisibleText::of).collect(Collectors.joining("\n"));
            case Object value -> values.text(value);
        };
    }

    private static List<Word> words(String text, UnaryOperator<String> paint) {
        return Optional.of(text).filter(t -> !t.isBlank()).stream()
                .flatMap(t -> Stream.of(t.strip().split(BETWEEN_WORDS)))
                .map(word -> new Word(word, paint)).toList();
    }
}
