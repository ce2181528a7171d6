package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.engine.Engine;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.engine.queue.Salvage;
import org.sternpost.engine.store.StoreCheck;
import org.sternpost.engine.store.StoreSalvage;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.run.ExitCode;

/// What can be done about the store of an engine that does not run: look at all of it, and make its database anew from
/// the mail in its segments.
final class StoreTask {

    static final String USAGE = """
            sternpost [-Settings FILE] store check
              Looks at all of the data of an engine that does not run, and changes nothing: the database, its counts,
              the contents it refers to, each record of the segments, and what the files beside them say is done.
              Exit code 0: nothing is damaged; 1: there is damage, or an engine runs on the data.

            sternpost [-Settings FILE] store salvage [-WhatIf]
              Makes the database anew where it cannot be read: accepted mail from the segments alone. The damaged
              database is kept in kept/. Settings (connectors, TLS exceptions, rollouts, held MTA-STS policies,
              suspended destinations, audit log) are carried over where they can be read exactly. Where they cannot,
              or may be old, the mail is suspended: it goes by no other route than an operator allows. Trace, evidence
              and reports are lost. What was delivered is not sent again, but for what was delivered in the last
              moments before a power loss. A backup is better, if there is one: see Backup-Store.
              Exit code 0: all was read; 3: something could not be read, and is named; 1: nothing was changed.
            """;

    private static final int NAMED_MAX = 100; // records that are told one by one
    private static final Duration TOLD_EVERY = Duration.ofSeconds(1); // how far it is

    private final Optional<Path> settings;
    private final Map<String, String> environment;
    private final Consumer<String> out;
    private final Consumer<String> err;
    private final Time time;
    private Instant told;

    StoreTask(Optional<Path> settings, Map<String, String> environment, Consumer<String> out, Consumer<String> err,
            Time time) {
        this.settings = settings;
        this.environment = environment;
        this.out = out;
        this.err = err;
        this.time = time;
        this.told = time.instant();
    }

    private interface Act {
        int on(Path data) throws IOException;
    }

    /// @return the exit code: a check that finds damage has failed
    int check() {
        return run(data -> {
            StoreCheck.Report found = look(data);
            found.words().forEach(out);
            out.accept(found.well()
                    ? "Nothing is damaged in " + data
                    : "There is damage in " + data + "; nothing was changed");
            if (!found.database())
                out.accept("Put back the database from a backup; without one, sternpost store salvage makes one of the "
                        + "mail in its segments");
            return found.well() ? ExitCode.DONE : ExitCode.FAILED;
        });
    }

    /// @return the exit code: a salvage that cannot read all has done a part
    int salvage(boolean dryRun) {
        return run(data -> {
            StoreCheck.Report found = look(data);
            if (found.database())
                return refused("the database in " + data + " can be read, so nothing was changed",
                        "what it lacks of the mail in its segments is added when the engine starts");
            if (found.records() == 0) {
                found.words().forEach(err);
                return refused("no mail can be read in " + data + ", so nothing was changed",
                        "to begin with an empty queue, move what lies there to another place");
            }
            StoreSalvage.Done done = StoreSalvage.run(data, Engine.SCHEMA, Engine.SETTINGS, Salvage::into,
                    this::progress, dryRun);
            tell(done, dryRun);
            return done.isAll() && done.settings().isAll() ? ExitCode.DONE : ExitCode.PARTLY;
        });
    }

    private int run(Act act) {
        try {
            return act.on(Settings.locate(settings, environment).dataDirectory());
        } catch (SettingsException wrong) {
            err.accept("sternpost: " + wrong.getMessage());
            err.accept("  " + wrong.hint());
            return ExitCode.NOT_UNDERSTOOD;
        } catch (IOException broken) {
            err.accept("sternpost: " + broken.getMessage());
            return ExitCode.FAILED;
        }
    }

    private StoreCheck.Report look(Path data) throws IOException {
        return StoreCheck.of(data, Salvage.into(true)::name, this::progress);
    }

    private int refused(String why, String hint) {
        err.accept("sternpost: " + why);
        err.accept("  " + hint);
        return ExitCode.FAILED;
    }

    private void tell(StoreSalvage.Done done, boolean dryRun) {
        var numbers = done.numbers();
        out.accept(
                (dryRun ? "What if: " : "") + done.owed() + " messages " + (dryRun ? "would be" : "are") + " owed again"
                        + (done.held() ? ", all suspended" : "") + "; " + numbers.finished() + " records were done; "
                        + done.hurt().size() + " contents are cut or altered; " + numbers.unreadable() + " stretches ("
                        + numbers.unreadableOctets() + " octets) are no record");
        if (numbers.bare() > 0)
            out.accept(numbers.bare() + " files (" + numbers.bareOctets()
                    + " octets) are of an older version: only the old database tells whose mail is in them");
        tell("damaged: ", done.hurt());
        tell("not owed: ", done.refused());
        tell("unreadable: ", done.places());
        if (!done.settings().whole().isEmpty())
            out.accept("Carried over: " + String.join(", ", done.settings().whole()));
        tell("lost: ", done.settings().lost());
        done.settings().older().ifPresent(why -> out.accept("may be old: " + why));
        out.accept("Lost are the trace, evidence and reports, unless a backup has them.");
        done.kept().ifPresent(kept -> out.accept("The old database, and all that cannot be read, is kept in " + kept));
        if (done.held())
            out.accept("The mail is suspended: put the settings right (Get-OutboundConnector shows them), then "
                    + "Get-Message | Where-Object Status -eq Suspended | Resume-Message sends it");
    }

    private void tell(String of, List<String> sentences) {
        sentences.stream().limit(NAMED_MAX).forEach(one -> out.accept(of + one));
        if (sentences.size() > NAMED_MAX) out.accept(of + "and " + (sentences.size() - NAMED_MAX) + " more");
    }

    private void progress(String where) {
        Instant now = time.instant();
        if (now.isBefore(told.plus(TOLD_EVERY))) return;
        told = now;
        err.accept(where);
    }
}
