package org.sternpost.cmdlets;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.cmdlets.Param.Clearable;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.SetEdit;
import org.sternpost.cmdlets.Param.Size;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;

/// Something an operator can say: a record whose components are its parameters.
///
/// Components may be `boolean` (a switch), `String`, `Integer`, `Long`, `Boolean`, enums, `Domain`, `Address`,
/// `DomainPattern`, `HostPort`, `Instant`, `Duration`, `Size`, `Percent`, `Path`, `Block`, `List<T>`, `SetEdit<T>`,
/// `Clearable<T>`, `Map<String,String>`, `NewPassword`.
public sealed interface Cmdlet {

    /// Only reads; runs in the engine.
    non-sealed interface Query<V extends Record> extends Cmdlet {
        Stream<V> run(Management engine) throws ManagementException;
    }

    /// A query that hands out so many records at most. It asks for one more, so that a cut is seen, and told.
    interface Limited {
        int RESULT_SIZE_MAX = 100_000; // rows of one answer that the engine holds in memory

        int UNLIMITED = Integer.MAX_VALUE; // Exchange's word for all there are

        Integer resultSize();

        /// How many records to look for.
        default int wanted() { return resultSize() == UNLIMITED ? UNLIMITED : resultSize() + 1; }

        /// The command that goes on where this one ended, if there is one.
        ///
        /// @param last the last record that was handed out
        default Optional<String> next(Record last) { return Optional.empty(); }

        /// Refuses what is no size; none is too large where records are handed on as they are found.
        static void checkStreamed(Integer size) {
            if (size < 1) throw new IllegalArgumentException("-ResultSize is 1 or more, or Unlimited");
        }

        /// Refuses a size that could not be kept.
        static void check(Integer size) {
            if (size < 1 || size > RESULT_SIZE_MAX)
                throw new IllegalArgumentException("-ResultSize is 1 to " + RESULT_SIZE_MAX
                        + "; to see more, ask in parts");
        }
    }

    /// A query whose records the engine judges by a filter, if there is one.
    interface Filtered {
        /// What a filter may ask of a record.
        List<FilterProperty> filterable();

        /// The same query of those of its records for which a filter holds too.
        ///
        /// @return empty if it takes no filter as it is, or if both would be too long
        Optional<Query<?>> narrowed(String condition);

        /// What both hold for.
        static String both(@Nullable String filter, String condition) {
            return filter == null ? condition : "(" + filter + ") -and " + condition;
        }
    }

    /// Refuses how often, and how many times, something cannot be looked at.
    static void checkWatch(Duration interval, @Nullable Integer count) {
        if (interval.compareTo(Duration.ofMillis(200)) < 0 || interval.compareTo(Duration.ofHours(24)) > 0)
            throw new IllegalArgumentException("-Interval is 200ms to 24h");
        if (count != null && count < 1) throw new IllegalArgumentException("-Count is 1 or more");
    }

    /// Changes something; hands back a plan that only the wire's end commits, so no author can forget `-WhatIf`.
    non-sealed interface Change<V extends Record> extends Cmdlet {
        Plan<V> plan(Management engine) throws ManagementException;
    }

    /// Works on the records of the pipeline in the shell's process.
    non-sealed interface Stage extends Cmdlet {
        /// Called once per pipeline before its first record.
        RecordProcessor open(StageContext shell);
    }

    /// One run of a stage.
    interface RecordProcessor {
        /// Takes one record and may pass on any number.
        ///
        /// @return false when no further record is wanted
        boolean accept(Item item, Sink out);

        /// Called once after the last record.
        default void end(Sink out) {}
    }

    /// Where a stage puts its records.
    interface Sink {
        void put(Item item);

        /// Text as it is to be shown; only the last stage of a pipeline makes it.
        void text(String line);
    }

    /// What a stage may ask of the shell.
    interface StageContext {
        /// Lays out records as the terminal would show them by default, or as asked.
        Layout layout();

        /// All cmdlets, for `Get-Command` and `Get-Help`.
        Catalogue catalogue();

        /// Empties the terminal's window; does nothing where the output is no terminal.
        void clearWindow();
    }

    /// Tables and lists, drawn by the shell.
    interface Layout {
        /// @param properties empty for the type's own columns
        java.util.List<String> table(java.util.List<Item> items, java.util.List<String> properties);

        java.util.List<String> list(java.util.List<Item> items, java.util.List<String> properties);

        /// Each as a tree where its view says how, else as a list.
        java.util.List<String> tree(java.util.List<Item> items);

        /// A bar for each, of several numbers one behind the other.
        ///
        /// @param label property that names a bar
        /// @param ascii draws with letters at a terminal too
        java.util.List<String> chart(java.util.List<Item> items, String label, java.util.List<String> series,
                boolean ascii);

        /// JSON text of one record or, for several, of an array.
        String json(java.util.List<Item> items, boolean compact);

        /// CSV lines with a header.
        ///
        /// @param formulas text that a spreadsheet would take for a formula stays as it is
        java.util.List<String> csv(java.util.List<Item> items, boolean formulas);
    }
}
