package org.sternpost.bench;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.ParseException;
import org.sternpost.lab.real.PortHolder;

/// The command line.
record Options(List<Row> rows, int repeats, Measurement.Load load, List<String> servers, Gateway.Security security,
        Place place, Extras extras) {

    static final String USAGE = """
            bench/run [OPTIONS]        compares Sternpost with Postfix and prints a table
            bench/run syncs            shows that syncs happen before replies, and how many a message needs (strace)
            bench/run queued           what a long queue costs: start, first delivery, heap, end
            bench/run sessions         10,000 sessions to slow hosts: memory, and whether others keep their rate
            bench/run starts           how long starts take, of a command, the prompt, a script and the engine; no root
            bench/run kills            kill -9 under load: --count N (1000), in --minutes N at most, --seed N (7)
            bench/run power            power losses on rebuilt disks: --cuts N (200), --seed N (7)
            bench/run acts             lists of a long queue, acts on half of it, kills in their midst: --messages N
                                       (100000), --domains N (1000), --kills N (12), --seed N (7)
            bench/run jmh              hot paths of the engine, alone; takes the options of JMH
            bench/run fuzz             searches for inputs that break a rule: --test CLASS#METHOD, --time 10m
            bench/run postfix          prints the settings that Postfix is tuned by, and why

              --rows ROWS       rows, by commas: DOMAINSxHOSTS@MILLISECONDS, and :default for servers as they come
                                (%s)
              --repeats N       runs of each server in each row, of which the table has the median (3)
              --messages N      messages of each of the two phases of a run, cold and warm (5000)
              --domains N       queued: recipient domains, on a tenth as many hosts (1000)
              --queue DIR       queued: keeps the filled queue there, or begins with the one that is there
              --count N         sessions: to slow hosts at one time (10000)
              --stop            sessions: how long SIGTERM takes with them open and --messages queued for them
              --times N         starts: of each kind (20)
              --octets N        octets of a message (4096)
              --connections N   connections that submit (20)
              --servers NAMES   sternpost, postfix or both (sternpost,postfix)
              --security WORD   dane: TLSA records must match; opportunistic: any TLS will do (dane)
              --postfix K=V     another setting for Postfix; may be given often
              --sternpost LINE  another line of the section delivery in Sternpost's settings; may be given often
              --jfr             says where Sternpost's CPU goes; costs some speed
              --fail-syncs      syncs: from the 30th on every tenth sync of a thread fails
              --directory DIR   where queues lie, on the disk that is meant (/var/tmp)
              --network N       second number of the addresses in 127.N.0.0/16 (81)
              --out FILE        writes what is printed there too
              --keep            leaves the files of the runs
              --help
            """.formatted(Row.ALL.stream().map(Row::toString).collect(Collectors.joining(",")));

    /// @param network second number of all addresses
    /// @param queue   where a filled queue is kept between runs; empty for nowhere
    record Place(Path directory, int network, boolean keep, String out, String queue) {

        /// Holds the addresses for this run: two at once would meet at the resolver's, and neither would know.
        ServerSocket claim() throws IOException {
            var address = new InetSocketAddress(World.address(network, 0, CLAIM), CLAIM_PORT);
            try {
                return PortHolder.claim(address);
            } catch (BindException taken) {
                throw new IOException("127." + network + ".0.0/16 is in use by another run, " + PortHolder.of(address)
                        + "; wait for its end, or give --network another number", taken);
            }
        }
    }

    private static final int CLAIM = 1;
    private static final int CLAIM_PORT = 8125; // none that is handed out to whoever asks for any

    /// @param postfix   settings that win over the tuned ones
    /// @param sternpost more lines of the section `delivery`
    /// @param times     starts of each kind
    /// @param sessions at one time to slow hosts
    /// @param stop     what a stop takes is asked, not what memory they take
    record Extras(Map<String, String> postfix, List<String> sternpost, boolean jfr, boolean failSyncs, int times,
            int sessions, boolean stop) {}

    int network() { return place.network(); }

    boolean keep() { return place.keep(); }

    boolean jfr() { return extras.jfr(); }

    private static org.apache.commons.cli.Options known() {
        var known = new org.apache.commons.cli.Options();
        for (String name : List.of("rows", "repeats", "messages", "octets", "connections", "servers", "security",
                "postfix",
                "sternpost", "directory", "network", "out", "queue", "times", "count"))
            known.addOption(Option.builder().longOpt(name).hasArg().get());
        known.addOption(Option.builder().longOpt("domains").hasArg().get());
        for (String name : List.of("jfr", "fail-syncs", "keep", "stop", "help"))
            known.addOption(Option.builder().longOpt(name).get());
        return known;
    }

    /// @throws IllegalArgumentException with a sentence for who typed it
    static Options of(String... words) {
        try {
            CommandLine line = new DefaultParser().parse(known(), words);
            if (!line.getArgList().isEmpty()) throw new IllegalArgumentException("what is " + line.getArgList() + "?");
            String rows = line.getOptionValue("rows");
            if (line.hasOption("domains")) {
                int domains = number(line, "domains", 0);
                rows = domains + "x" + Math.max(1, domains / 10) + "@0";
            }
            return new Options(rows == null ? Row.ALL : Arrays.stream(rows.split(",")).map(Row::of).toList(),
                    number(line, "repeats", 3),
                    new Measurement.Load(number(line, "messages", 5_000), number(line, "octets", 4_096),
                            number(line, "connections", 20)),
                    servers(line.getOptionValue("servers", "sternpost,postfix")),
                    Gateway.Security.valueOf(line.getOptionValue("security", "dane")),
                    new Place(Path.of(line.getOptionValue("directory", "/var/tmp")), number(line, "network", 81),
                            line.hasOption("keep"), line.getOptionValue("out", ""), line.getOptionValue("queue", "")),
                    new Extras(pairs(line.getOptionValues("postfix")),
                            line.hasOption("sternpost") ? List.of(line.getOptionValues("sternpost")) : List.of(),
                            line.hasOption("jfr"), line.hasOption("fail-syncs"), number(line, "times", 20),
                            number(line, "count", 10_000), line.hasOption("stop")));
        } catch (ParseException unknown) {
            throw new IllegalArgumentException(unknown.getMessage(), unknown);
        }
    }

    private static List<String> servers(String names) {
        var servers = Arrays.stream(names.split(",")).map(String::strip).toList();
        for (String name : servers)
            if (!name.equals("sternpost") && !name.equals("postfix"))
                throw new IllegalArgumentException("no server: '" + name + "'; write sternpost, postfix or both");
        return servers;
    }

    private static int number(CommandLine line, String name, int preset) {
        String text = line.getOptionValue(name);
        if (text == null) return preset;
        try {
            int number = Integer.parseInt(text);
            if (number > 0) return number;
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("--" + name + " wants a number, not '" + text + "'", none);
        }
        throw new IllegalArgumentException("--" + name + " wants a number above 0, not '" + text + "'");
    }

    private static Map<String, String> pairs(String @org.jspecify.annotations.Nullable [] texts) {
        var pairs = new LinkedHashMap<String, String>();
        if (texts == null) return pairs;
        for (String text : texts) {
            int sign = text.indexOf('=');
            if (sign < 1) throw new IllegalArgumentException("--postfix wants KEY=VALUE, not '" + text + "'");
            pairs.put(text.substring(0, sign).strip(), text.substring(sign + 1).strip());
        }
        return pairs;
    }
}
