package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sternpost.engine.store.SegmentScan.Found;

/// Makes the rows of mail anew from the segments: those that a database lacks, or all of them where it is gone.
///
/// Contents stay where they are. Segments with anything unreadable are kept aside under a second name, so that no later
/// start removes what nobody could read.
public final class Rebuild {

    private static final int RECORDS_AT_ONCE = 1_000;

    /// What the tables hold of a record from now on.
    public sealed interface Row {
        /// It is owed, and its content gets its row.
        record Owed() implements Row {}

        /// The tables know that nobody is owed it.
        record Settled() implements Row {}

        /// @param why nobody can be owed it, in words
        record Refused(String why) implements Row {}
    }

    /// Makes the rows of a record's message, unless they are there.
    public interface Rows {
        Row write(Connection connection, Found record, SegmentScan scan) throws SQLException;

        /// What a record is called, from its header.
        String name(byte[] header);
    }

    private final Path directory;
    private final Connection connection;
    private final Rows rows;
    private final Set<Long> known;
    private final SegmentScan scan;
    private final List<Found> gathered = new ArrayList<>(RECORDS_AT_ONCE);
    private final List<String> refused = new ArrayList<>();
    private final List<String> hurt = new ArrayList<>();
    private final Set<Long> unused = new HashSet<>();
    private final List<Segments.Reference> added = new ArrayList<>();
    private Counts counts;

    /// @param known numbers of bodies that have rows
    Rebuild(Path directory, Connection connection, Counts counts, Set<Long> known, Rows rows,
            Consumer<String> progress) {
        this.directory = directory;
        this.connection = connection;
        this.counts = counts;
        this.known = known;
        this.rows = rows;
        this.scan = new SegmentScan(directory, progress);
    }

    /// Adds what a database lacks, before anybody uses it. All segments were kept aside when it fell in doubt.
    static Opening.Found missing(Path directory, Connection connection, Opening.Found found, Rows rows, Disk disk)
            throws IOException {
        var known = new HashSet<Long>();
        for (Segments.Reference body : found.bodies())
            known.add(body.id());
        var rebuild = new Rebuild(directory, connection, found.counts(), known, rows, _ -> {});
        try (var statement = connection.createStatement()) {
            JournalTail.Applied.read(statement).ifPresent(rebuild.scan::passOverTorn);
        } catch (SQLException failed) {
            throw SqliteTrouble.of(directory, "the rows of mail in " + directory + " cannot be made anew", failed);
        }
        rebuild.read();
        Path kept = found.condition().kept().orElse(directory.resolve(Segments.DIRECTORY));
        JournalTail.passOver(new SegmentFiles(directory.resolve(Segments.DIRECTORY)), rebuild.scan.passedOver(),
                _ -> kept, disk);
        var bodies = new ArrayList<>(found.bodies());
        bodies.addAll(rebuild.added);
        return new Opening.Found(rebuild.counts, bodies,
                found.condition().again(rebuild.added.size(), rebuild.refused), List.of());
    }

    SegmentScan.Numbers read() throws IOException {
        SegmentScan.Numbers numbers = scan.read(record -> {
            gathered.add(record);
            if (gathered.size() == RECORDS_AT_ONCE) writeGathered();
        });
        counts = counts.after(scan.highest());
        writeGathered();
        try {
            new JournalTail.Applied(counts.lastBody(), counts.lastSegment(), 0).write(connection);
        } catch (SQLException failed) {
            throw SqliteTrouble.of(directory, "the rows of mail in " + directory + " cannot be made anew", failed);
        }
        return numbers;
    }

    private void writeGathered() throws IOException {
        try {
            connection.setAutoCommit(false);
            try {
                for (Found record : gathered)
                    write(record);
                Writer.write(connection, counts);
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            } finally {
                connection.setAutoCommit(true);
            }
            gathered.clear();
        } catch (SQLException failed) {
            throw SqliteTrouble.of(directory, "the rows of mail in " + directory + " cannot be made anew", failed);
        }
    }

    private void write(Found record) throws SQLException {
        Segments.Reference body = record.body();
        if (known.contains(body.id())) return;
        switch (rows.write(connection, record, scan)) {
            case Row.Owed() -> {
                BodyChanges.insert(connection, body);
                counts = counts.with(body);
                added.add(body);
                if (!record.whole()) hurt.add(rows.name(record.header()) + ": its content is cut or altered");
            }
            case Row.Settled() -> {
            }
            case Row.Refused(var why) -> {
                refused.add("record " + body.id() + " in segment " + body.segment() + ": " + why);
                unused.add(body.segment());
            }
        }
    }

    /// @param also further files
    /// @return where they are now, if there are any
    Optional<Path> keep(List<Path> also) throws IOException {
        var files = new ArrayList<>(scan.damaged(unused));
        files.addAll(also);
        return files.isEmpty() ? Optional.empty() : Optional.of(KeptAside.keep(directory, files));
    }

    Counts counts() { return counts; }

    int owed() { return added.size(); }

    List<String> refused() { return refused; }

    /// Messages that are owed and whose content is not what was accepted, a sentence each.
    List<String> hurt() { return hurt; }

    List<String> places() { return scan.places(); }
}
