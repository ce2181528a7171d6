package org.sternpost.shell.run;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Param.Block;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.shell.bind.BoundCommand;
import org.sternpost.shell.bind.BoundScript;
import org.sternpost.shell.filter.EngineCondition;
import org.sternpost.shell.run.ShellSession.FilterBlock;

/// Conditions that stand directly behind a query, so that its engine looks for what they take; the stages that have
/// them stay (docs/queue.md#where-object).
///
/// @param filters  of `Where-Object`, in their order
/// @param constant nothing in the pipeline sets a variable while it runs
record Narrowing(List<FilterBlock> filters, boolean constant) {

    private static final String WHERE = "Where-Object";

    Narrowing { filters = List.copyOf(filters); }

    static Narrowing by(BoundScript.Pipeline pipeline) {
        var filters = new ArrayList<FilterBlock>();
        var commands = pipeline.steps().stream().filter(BoundScript.Step.Command.class::isInstance)
                .map(step -> ((BoundScript.Step.Command) step).command()).toList();
        boolean whole = commands.size() == pipeline.steps().size();
        for (int i = 1; whole && i < commands.size(); i++) {
            // What a variable keeps of the stage before must not be less than without the rest.
            if (commands.get(i - 1).common().outVariable().isPresent()
                    || !(where(commands.get(i)) instanceof FilterBlock filter))
                break;
            filters.add(filter);
        }
        return new Narrowing(filters, commands.stream().noneMatch(Narrowing::runsGroovy));
    }

    private static Object where(BoundCommand command) {
        return command.descriptor().name().equals(WHERE)
                && command.arguments().get("FilterScript") instanceof BoundCommand.Argument.Ready(var block)
                        ? block
                        : command;
    }

    private static boolean runsGroovy(BoundCommand command) {
        return command.arguments().values().stream()
                .anyMatch(given -> given instanceof BoundCommand.Argument.Ready(var value) && value instanceof Block
                        && !(value instanceof FilterBlock));
    }

    /// The query that looks for what the conditions take, as far as it can be asked.
    ///
    /// A number of records that was said stays a number of records before the conditions.
    Cmdlet of(BoundCommand command, Cmdlet query) {
        if (filters.isEmpty() || !(query instanceof Cmdlet.Filtered filtered)
                || command.arguments().containsKey("ResultSize") && query instanceof Cmdlet.Limited limited
                        && limited.resultSize() != Cmdlet.Limited.UNLIMITED)
            return query;
        List<FilterProperty> known = filtered.filterable();
        var condition = EngineCondition
                .all(filters.stream().map(one -> one.evaluator().condition(known, constant)).toList());
        return condition.text().<Cmdlet>flatMap(text -> filtered.narrowed(text).map(one -> one)).orElse(query);
    }
}
