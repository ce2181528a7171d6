package org.sternpost.shell.run;

import org.sternpost.cmdlets.Block;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.filter.FilterResult;
import org.sternpost.shell.filter.FilterEvaluator;
import org.sternpost.shell.item.ItemFields;

/// A block that is a comparison; runs without Groovy.
record FilterBlock(FilterEvaluator evaluator) implements Block {

    @Override
    public boolean test(Item item) {
        return switch (evaluator.test(new ItemFields(item))) {
            case FilterResult.Kept() -> true;
            case FilterResult.Dropped() -> false;
            case FilterResult.Failed(var error) ->
                throw new RecordException(error.code(), error.message(), error.hint());
        };
    }

    @Override
    public Object apply(Item item) { return test(item); }
}
