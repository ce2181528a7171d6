package org.sternpost.shell.run;

import org.sternpost.cmdlets.Block;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.filter.Answer;
import org.sternpost.shell.filter.Sieve;
import org.sternpost.shell.item.ItemFields;

/// A block that is a comparison; runs without Groovy.
record FilterBlock(Sieve sieve, String source) implements Block {

    @Override
    public boolean test(Item item) {
        return switch (sieve.test(new ItemFields(item))) {
            case Answer.Kept() -> true;
            case Answer.Dropped() -> false;
            case Answer.Failed(var error) -> throw new ItemFault(error.code(), error.message(), error.hint());
        };
    }

    @Override
    public Object apply(Item item) { return test(item); }
}
