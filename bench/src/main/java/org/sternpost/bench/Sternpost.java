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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sternpost.lab.real.ServerProcess;

/// The engine of this checkout or installation, started by its launcher as an operator starts it.
///
/// @param root     of the checkout or installation
/// @param launcher program and arguments before those of the shell
/// @param start    what is different from a plain start
record Sternpost(Path root, List<String> launcher, Security security, Start start) implements Gateway {

    static final String NAME = "Sternpost";

    private static final Duration COMMAND_MAX = Duration.ofMinutes(5);
    private static final Pattern COUNT = Pattern.compile("(?i)\"messageCount\"\\s*:\\s*(\\d+)");

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
            public int waiting() throws IOException, InterruptedException {
                Path printed = command("waiting", directory, "Get-Queue", "-OutputFormat", "Json");
                return COUNT.matcher(Files.readString(printed)).results()
                        .mapToInt(count -> Integer.parseInt(count.group(1))).sum();
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

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList())
                if (Files.isDirectory(path) || Files.isRegularFile(path))
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }
}
