package org.sternpost.lab;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The command line of the lab, read.
sealed interface LabOptions {
    String USAGE = """
            Usage: sternpost lab [--directory DIR] [--dns-port N] [--smtp-port N] [--https-port N]

              --directory DIR   where received mail, keys and sternpost.yaml are kept (default: ~/.sternpost/lab)
              --dns-port N      port of the name server on 127.0.0.1 (default: 5300)
              --smtp-port N     port of every mail host, each on its own 127.25.x.y (default: 2500)
              --https-port N    port of the MTA-STS policy hosts (default: 4430)

            A port of 0 takes one that is free. Ctrl-C stops the lab.
            """;

    /// Start with these settings.
    record Run(LabSettings settings) implements LabOptions {}

    /// Show the usage.
    record Help() implements LabOptions {}

    /// The line makes no sense.
    record Wrong(String why) implements LabOptions {}

    static LabOptions read(String... arguments) {
        var home = Path.of(System.getProperty("user.home", "."));
        var settings = LabSettings.in(home.resolve(".sternpost").resolve("lab"));
        for (var left = List.of(arguments).iterator(); left.hasNext();) {
            var option = left.next();
            if (option.equals("--help") || option.equals("-h")) {
                return new Help();
            }
            var value = value(option, left);
            if (value.isEmpty()) {
                return new Wrong(option + " needs a value.");
            }
            var next = with(settings, option.split("=", 2)[0], value.get());
            if (next.isEmpty()) {
                return new Wrong(option.startsWith("--")
                        ? "No such option or no such value: " + option + " " + value.get()
                        : "No such option: " + option);
            }
            settings = next.get();
        }
        return new Run(settings);
    }

    private static Optional<String> value(String option, Iterator<String> left) {
        var equals = option.indexOf('=');
        if (equals >= 0) {
            return Optional.of(option.substring(equals + 1));
        }
        return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
    }

    private static Optional<LabSettings> with(LabSettings old, String option, String value) {
        return switch (option) {
            case "--directory" -> Optional.of(new LabSettings(Path.of(value).toAbsolutePath().normalize(), old.base(),
                    old.dnsPort(), old.smtpPort(), old.httpsPort()));
            case "--dns-port" -> port(value).map(port -> new LabSettings(old.directory(), old.base(), port,
                    old.smtpPort(), old.httpsPort()));
            case "--smtp-port" -> port(value).map(port -> new LabSettings(old.directory(), old.base(), old.dnsPort(),
                    port, old.httpsPort()));
            case "--https-port" -> port(value).map(port -> new LabSettings(old.directory(), old.base(), old.dnsPort(),
                    old.smtpPort(), port));
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> port(String digits) {
        return digits.matches("\\d{1,5}") && Integer.parseInt(digits) <= 65_535
                ? Optional.of(Integer.valueOf(digits))
                : Optional.empty();
    }
}
