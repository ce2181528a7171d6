package org.sternpost.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sternpost.lab.real.RealSoftware;

/// The program: what is asked for, done and printed.
public final class Bench {

    private static final double BUSY = 0.5;
    private static final int MISUSED = 2;

    private Bench() {}

    /// Measures; see [Options#USAGE]. The launcher says where the checkout is.
    ///
    /// @throws IOException when a server, a disk or a network fails
    public static void main(String[] words) throws IOException, InterruptedException {
        if (Arrays.asList(words).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        String task = words.length > 0 && !words[0].startsWith("-") ? words[0] : "compare";
        Options options;
        try {
            options = Options.of(task.equals("compare") ? words : Arrays.copyOfRange(words, 1, words.length));
        } catch (IllegalArgumentException misused) {
            System.err.println(misused.getMessage() + "\n\n" + Options.USAGE);
            System.exit(MISUSED);
            return;
        }
        Path root = Path.of(System.getProperty("sternpost.root", ".")).toAbsolutePath().normalize();
        switch (task) {
            case "compare" -> compare(options, root, String.join(" ", words));
            case "postfix" -> System.out.print(postfixSettings());
            case "syncs" -> print(options, in(options, place -> Syncs.run(options, root, place, System.err)));
            case "queued" -> print(options, in(options, place -> Queued.run(options, root, place, System.err)));
            case "sessions" -> print(options, in(options, place -> Sessions.run(options, root, place, System.err)));
            case "starts" -> print(options, in(options, place -> Starts.run(root, place, options.extras().times(),
                    System.err)));
            default -> {
                System.err.println("what is '" + task + "'?\n\n" + Options.USAGE);
                System.exit(MISUSED);
            }
        }
    }

    private static void compare(Options options, Path root, String words) throws IOException, InterruptedException {
        print(options, in(options, place -> {
            var software = RealSoftware.ready();
            var gateways = gateways(options, root, software, place);
            String head = head(words, gateways, place);
            System.err.print(head);
            var comparison = new Comparison(options, software, gateways, System.err);
            comparison.run(place);
            var text = new StringBuilder(head).append('\n').append(comparison.table().markdown(Column.Of.ROW))
                    .append('\n')
                    .append(comparison.table().markdown(Column.Of.BESIDE));
            if (!comparison.missing().isEmpty()) text.append("\nWhat did not arrive, or not in time:\n\n");
            comparison.missing().forEach(line -> text.append("- ").append(line).append('\n'));
            comparison.profiles().forEach(profile -> text.append('\n').append(profile.markdown()));
            return text.toString();
        }));
    }

    private static List<Gateway> gateways(Options options, Path root, RealSoftware software, Path place) {
        var gateways = new ArrayList<Gateway>();
        for (String name : options.servers())
            gateways.add(name.equals("postfix")
                    ? new Postfix(software, options.security(), options.extras().postfix())
                    : new Sternpost(root, options.security(), new Sternpost.Start(List.of(),
                            options.jfr(), options.extras().sternpost())));
        return gateways;
    }

    /// What somebody needs to know of the figures: when, where, which, how.
    private static String head(String words, List<Gateway> gateways, Path place) throws IOException {
        var versions = new ArrayList<String>();
        for (Gateway gateway : gateways)
            versions.add(gateway.version());
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        String busy = Double.parseDouble(load) > BUSY ? " - THE MACHINE IS BUSY, THE FIGURES MEAN LITTLE" : "";
        return String.format(Locale.ROOT, "%s; %s; %d cores, Java %s, load %s%s; queues on %s; bench/run %s%n",
                InstantSource.system().instant().toString().substring(0, 16) + "Z", String.join(", ", versions),
                Runtime.getRuntime().availableProcessors(), Runtime.version(), load, busy, Disk.of(place), words);
    }

    private static String postfixSettings() {
        var text = new StringBuilder("| setting | value | why |\n|---|---|---|\n");
        for (var one : Postfix.TUNING)
            text.append("| `").append(one.key()).append("` | `").append(one.value()).append("` | ").append(one.reason())
                    .append(" |\n");
        return text.toString();
    }

    /// What needs a folder of its own.
    private interface Work {
        String in(Path place) throws IOException, InterruptedException;
    }

    private static String in(Options options, Work work) throws IOException, InterruptedException {
        try (var _ = options.place().claim()) {
            return inFolder(options, work);
        }
    }

    private static String inFolder(Options options, Work work) throws IOException, InterruptedException {
        // The accounts of Postfix must be able to enter it.
        Path place = Files.createTempDirectory(options.place().directory(), "bench",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
        try {
            return work.in(place);
        } finally {
            if (options.keep()) System.err.println("the files are in " + place);
            else
                Comparison.delete(place);
        }
    }

    private static void print(Options options, String text) throws IOException {
        new PrintStream(System.out, true).println(text);
        if (!options.place().out().isEmpty()) Files.writeString(Path.of(options.place().out()), text + "\n");
    }
}
