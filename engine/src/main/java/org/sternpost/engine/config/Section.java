package org.sternpost.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sternpost.engine.mail.Nearest;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// One mapping of the file with the keys it may have. Scalars are taken as written, so YAML 1.1 never turns `no` into
/// false or `1:30` into 90.
final class Section {

    private static final Pattern SPAN = Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    private final Path file;
    private final String name;
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    /// @param name empty for the whole file
    Section(Path file, String name, Optional<Node> node, List<String> keys) throws SettingsException {
        this.file = file;
        this.name = name;
        if (node.isEmpty() || isNull(node.get())) return;
        if (!(node.get() instanceof MappingNode mapping))
            throw new SettingsException(place(node.get()) + (name.isEmpty() ? "the file" : "'" + name + "'")
                    + " is no mapping of keys to values", "write `key: value` lines");
        for (var entry : mapping.getValue())
            keep(entry.getKeyNode(), entry.getValueNode(), keys);
    }

    private void keep(Node keyNode, Node value, List<String> keys) throws SettingsException {
        String key = keyNode instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (!keys.contains(key))
            throw new SettingsException(place(keyNode) + "unknown key '" + path(key) + "'", suggestion(key, keys));
        if (nodes.put(key, value) != null)
            throw new SettingsException(place(keyNode) + "'" + path(key) + "' is given twice", "keep one of them");
    }

    Optional<Node> node(String key) { return Optional.ofNullable(nodes.get(key)).filter(node -> !isNull(node)); }

    Optional<String> text(String key) throws SettingsException {
        var node = node(key);
        return node.isEmpty() ? Optional.empty() : Optional.of(scalar(key, node.get()));
    }

    List<String> texts(String key) throws SettingsException {
        var texts = new ArrayList<String>();
        for (Node element : elements(key))
            texts.add(scalar(key, element));
        return texts;
    }

    List<Node> elements(String key) throws SettingsException {
        var node = node(key);
        if (node.isEmpty()) return List.of();
        if (node.get() instanceof SequenceNode sequence) return sequence.getValue();
        throw bad(key, "is no list", "write [a, b]");
    }

    int number(String key, int preset, int least, int most) throws SettingsException {
        var text = text(key);
        if (text.isEmpty()) return preset;
        try {
            int value = Integer.parseInt(text.get());
            if (value >= least && value <= most) return value;
        } catch (NumberFormatException notANumber) {
            // The same sentence serves both.
        }
        throw bad(key, "is '" + text.get() + "'", "a whole number from " + least + " to " + most + " is needed");
    }

    boolean flag(String key) throws SettingsException { return flag(key, false); }

    boolean flag(String key, boolean preset) throws SettingsException {
        return switch (text(key).orElse(Boolean.toString(preset))) {
            case "true" -> true;
            case "false" -> false;
            case String other -> throw bad(key, "is '" + other + "'", "write true or false");
        };
    }

    Duration span(String key, Duration preset) throws SettingsException {
        var text = text(key);
        return text.isEmpty() ? preset : span(key, text.get());
    }

    List<Duration> spans(String key, List<Duration> preset) throws SettingsException {
        var spans = new ArrayList<Duration>();
        for (String text : texts(key))
            spans.add(span(key, text));
        return spans.isEmpty() ? preset : spans;
    }

    InetSocketAddress endpoint(String key, String text) throws SettingsException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replace("[", "").replace("]", "");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*") && port >= 0 && port <= 65_535)
                return new InetSocketAddress(host, port);
        } catch (IllegalArgumentException notAnEndpoint) {
            // The same sentence serves all.
        }
        throw bad(key, "has '" + text + "'", "write an address and a port, 127.0.0.1:2525 or [::1]:2525");
    }

    SettingsException bad(String key, String reason, String hint) {
        Node node = nodes.get(key);
        return new SettingsException((node == null ? file + ": " : place(node)) + "'" + path(key) + "' " + reason,
                hint);
    }

    private Duration span(String key, String text) throws SettingsException {
        var match = SPAN.matcher(text);
        try {
            if (text.startsWith("PT")) return Duration.parse(text);
            if (!text.isEmpty() && match.matches())
                return Duration.ofDays(part(match.group(1))).plusHours(part(match.group(2)))
                        .plusMinutes(part(match.group(3))).plusSeconds(part(match.group(4)));
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException notASpan) {
            // The same sentence serves all.
        }
        throw bad(key, "has '" + text + "'", "write a span with its unit: 30s, 15m, 1h30m, 2d");
    }

    private static long part(String digits) { return digits == null ? 0 : Long.parseLong(digits); }

    private String scalar(String key, Node node) throws SettingsException {
        if (node instanceof ScalarNode scalar) return scalar.getValue();
        throw bad(key, "is no single value", "write one text or number");
    }

    private String path(String key) { return name.isEmpty() ? key : name + "." + key; }

    private String place(Node node) { return file + ": line " + (node.getStartMark().getLine() + 1) + ": "; }

    private static boolean isNull(Node node) { return node.getTag().equals(Tag.NULL); }

    private static String suggestion(String key, List<String> keys) {
        return Nearest.to(key, keys).map(known -> "did you mean '" + known + "'?")
                .orElse("known here: " + String.join(", ", keys));
    }
}
