package org.sternpost.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sternpost.lab.real.ServerProcess;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The engine of this checkout or installation, started by its launcher as an operator starts it.
///
/// @param root     of the checkout or installation
/// @param launcher program and arguments before those of the shell
/// @param start    what is different from a plain start
record Sternpost(Path root, List<String> launcher, Security security, Start start) implements Gateway {

    static final String NAME = "Sternpost";

    private static final Duration COMMAND_MAX = Duration.ofMinutes(5);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int TRACE_ROWS_MAX = 100_000;
    private static final String WAITS = "Pending";

    /// @param wrapper  program and arguments before the launcher, for strace; empty for none
    /// @param jfr      the engine records what it does; see [Profile]
    /// @param delivery more lines of the section `delivery` of the settings
    record Start(List<String> wrapper, boolean jfr, List<String> delivery) {
        static final Start PLAIN = new Start(List.of(), false, List.of());
    }

    Sternpost(Path root, Security security, Start start) {
        this(root, List.of(root.resolve("sternpost").toString()), security, start);
    }

    @Override
    public String name() { return NAME; }

    @Override
    public String version() throws IOException {
        Path head = root.resolve(".git/HEAD");
        String commit = "";
        if (Files.exists(head)) {
            String text = Files.readString(head).strip();
            Path reference = root.resolve(".git").resolve(text.replaceFirst("^ref: ", ""));
            commit = Files.exists(reference) ? Files.readString(reference).strip() : text;
            commit = commit.matches("[0-9a-f]{12,}") ? " " + commit.substring(0, 8) : "";
        }
        return "Sternpost" + commit;
    }

    @Override
    public Running start(World world, Row row, Path directory) throws IOException, InterruptedException {
        var address = world.gatewayAddress();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("sternpost.yaml"), settings(world, address));
        Path prepared = directory.resolveSibling("sternpost-" + security + "-prepared");
        if (Files.exists(prepared)) {
            copy(prepared, directory.resolve("data"));
        } else {
            prepare(directory);
            copy(directory.resolve("data"), prepared);
        }
        return again(directory, address);
    }

    /// Starts one on what an earlier one left in the directory.
    Running again(Path directory, InetSocketAddress address) throws IOException, InterruptedException {
        var command = new ArrayList<>(start.wrapper());
        command.addAll(launcher);
        command.addAll(List.of("-Settings", directory.resolve("sternpost.yaml").toString(), "engine"));
        var process = ServerProcess.listening("sternpost", directory, environment(directory), command,
                List.of(address));
        return new Running() {
            @Override
            public InetSocketAddress submission() { return address; }

            @Override
            public ProcessTree processes() { return new ProcessTree(process.pid()); }

            @Override
            public Map<String, Fate> fates(Set<String> messageIds) throws IOException, InterruptedException {
                Path queues = command("queues", directory, "Get-Queue", "-OutputFormat", "Json");
                return read(command("trace", directory, "Get-MessageTrace -ResultSize " + TRACE_ROWS_MAX,
                        "-OutputFormat", "Json"), queues, messageIds);
            }

            @Override
            public Duration stop() { return process.stop(); }
        };
    }

    /// What can only be said to an engine that runs: how strict the connector is. It outlives the engine.
    private void prepare(Path directory) throws IOException, InterruptedException {
        String mode = switch (security) {
            case dane -> "Enabled";
            case opportunistic -> "Disabled";
        };
        command("prepare", directory, "Set-OutboundConnector Default -TlsValidation " + mode + " -Confirm:$false",
                "-StartEngine");
    }

    /// Says something to the engine of the directory; answers the file of what was printed.
    private Path command(String name, Path directory, String text, String... options)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(launcher);
        words.addAll(List.of("-Settings", directory.resolve("sternpost.yaml").toString()));
        words.addAll(List.of(options));
        words.addAll(List.of("-Command", text));
        return ServerProcess.run(name, directory,
                new Sternpost(root, launcher, security, Start.PLAIN).environment(directory),
                words, COMMAND_MAX);
    }

    /// What the trace says of each; of what was not tried, why its queue waits.
    static Map<String, Fate> read(Path trace, Path queues, Set<String> messageIds) throws IOException {
        var reasons = new HashMap<String, String>();
        for (var queue : records(queues))
            reasons.put(queue.getOrDefault("nextHopDomain", ""), queue.getOrDefault("lastError", ""));
        var fates = new HashMap<String, Fate>();
        for (var row : records(trace)) {
            String id = row.getOrDefault("messageId", "");
            if (!messageIds.contains(id)) continue;
            String status = row.getOrDefault("status", "");
            String to = row.getOrDefault("recipientAddress", "");
            String why = row.getOrDefault("code", "").isEmpty()
                    ? ", not tried; its queue: " + reasons.getOrDefault(to.substring(to.lastIndexOf('@') + 1), "")
                    : " " + row.getOrDefault("code", "") + " " + row.getOrDefault("detail", "");
            fates.put(id, new Fate(status.equals(WAITS), status + why));
        }
        return fates;
    }

    /// Records of JSON, one a line; other lines are the launcher's and the shell's own words.
    private static List<Map<String, String>> records(Path printed) throws IOException {
        var records = new ArrayList<Map<String, String>>();
        for (String line : Files.readAllLines(printed)) {
            if (!line.startsWith("{")) continue;
            var fields = new HashMap<String, String>();
            try (var json = JSON.createParser(ObjectReadContext.empty(), line)) {
                for (JsonToken token; (token = json.nextToken()) != null;)
                    if (token == JsonToken.VALUE_STRING) fields.put(json.currentName(), json.getString());
            }
            records.add(fields);
        }
        return records;
    }

    private Map<String, String> environment(Path directory) {
        var environment = new HashMap<>(Map.of("HOME", directory.toString(), "LANG", "C.UTF-8", "JAVA_HOME",
                System.getProperty("java.home")));
        if (start.jfr()) environment.put("JDK_JAVA_OPTIONS", Profile.options(directory.resolve(Profile.FILE)));
        return environment;
    }

    private String settings(World world, InetSocketAddress address) {
        return """
                hostName: relay.sternpost.test
                dataDirectory: data
                submission:
                  - address: "%s:%d"
                    allow: ["127.0.0.0/8"]
                dns:
                  servers: ["%s:%d"]
                  validation: local
                  trustAnchors: "%s"
                tls:
                  trustedCertificates: ["%s"]
                mtaSts:
                  allowPrivateAddresses: true
                delivery:
                  smtpPort: %d
                  allowLoopback: true
                """.formatted(address.getAddress().getHostAddress(), address.getPort(),
                world.resolverAddress().getAddress().getHostAddress(), world.resolverAddress().getPort(),
                world.trustAnchor(), world.authority(), world.sink().port())
                + String.join("", start.delivery().stream().map(line -> "  " + line + "\n").toList());
    }

    /// Copies a whole directory to where none is.
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList())
                if (Files.isDirectory(path) || Files.isRegularFile(path))
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }
}
