package org.sternpost.engine;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.engine.time.AgeClock;
import org.sternpost.engine.time.Spans;
import org.sternpost.engine.time.Time;

/// Keeps over restarts what things are aged by, and tells in the log of a clock that ran ahead of it
/// (docs/transport-security.md#own-clock).
///
/// It is no matter of durability: what is lost of it costs a minute, or has the machine's clock believed.
final class AgeRecord {

    static final String FILE = "clock"; // of the data directory

    private static final System.Logger LOG = System.getLogger(AgeRecord.class.getName());
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Path file;
    private final Time time;
    private Duration told = Duration.ZERO;
    private Instant next;

    private AgeRecord(Path file, Time time) {
        this.file = file;
        this.time = time;
        this.next = time.steady();
    }

    /// Goes on from what the last process kept.
    static AgeRecord open(Path dataDirectory, Time time) {
        var kept = new AgeRecord(dataDirectory.resolve(FILE), time);
        kept.resume();
        kept.tell(INFO);
        return kept;
    }

    private void resume() {
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            if (words.length != 3) throw new DateTimeException("it has " + words.length + " words");
            time.ages().resume(new AgeClock.Kept(Instant.parse(words[0]), Duration.parse(words[1]),
                    Duration.parse(words[2])));
        } catch (NoSuchFileException first) {
            LOG.log(DEBUG, "event=no-clock-kept");
        } catch (IOException | DateTimeException | ArithmeticException unreadable) {
            LOG.log(WARNING, "event=clock-not-kept file={0} why=\"{1}\" what=\"the machine's clock is believed\"", file,
                    unreadable.getMessage());
        }
    }

    /// Done now and then.
    void look() {
        tell(WARNING);
        if (time.steady().isBefore(next)) return;
        next = time.steady().plus(EVERY);
        var kept = time.ages().kept();
        try {
            Path part = OwnerOnly.file(file.resolveSibling(FILE + ".part"));
            Files.writeString(part, kept.at() + " " + kept.lead() + " " + kept.held() + "\n");
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            LOG.log(DEBUG, "event=clock-not-kept why=\"{0}\"", full.getMessage());
        }
    }

    private void tell(System.Logger.Level level) {
        Duration lead = time.ages().lead();
        if (lead.equals(told) || !lead.isZero() && lead.minus(told).abs().compareTo(EVERY) < 0) return;
        if (lead.isZero())
            LOG.log(INFO,
                    "event=clock-believed what=\"it was set right, or has stood for a day: what is old by it is old\"");
        else
            LOG.log(level,
                    "event=clock-ahead by={0} until={1} why=\"it shows more than has passed since this engine ran: "
                            + "it was set forwards, the machine slept, or the engine was not there\" what=\"until "
                            + "then no mail expires and nothing is forgotten by that\" remedy=\"set it right, if it "
                            + "is wrong\"",
                    Spans.brief(lead), time.ages().believed().map(Instant::toString).orElse(""));
        told = lead;
    }
}
