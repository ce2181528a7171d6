package org.sternpost.engine.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.store.Counts.CountsFile;

/// What was found when a store was opened: whether its tables, its counts and its files of bodies agree.
///
/// @param expected   what was acknowledged; empty if the file of counts is missing or damaged
/// @param found      what the tables had
/// @param doubt      the tables may lack something, so nothing may be believed settled that they do not know
/// @param hurt       bodies that cannot be read whole, by number, with the reason
/// @param strays     files among the bodies that are none, left as they are
/// @param again      what was found again in the segments themselves, a sentence each
/// @param kept       where copies of everything went that is not known to be settled
public record StoreCondition(Optional<Counts> expected, Counts found, boolean doubt, Map<Long, String> hurt,
        List<Path> strays, List<String> again, Optional<Path> kept) {

    public StoreCondition {
        hurt = Map.copyOf(hurt);
        strays = List.copyOf(strays);
        again = List.copyOf(again);
    }

    /// The same after rows were made anew.
    ///
    /// @param owed    messages that the tables had lost and the segments had not
    /// @param refused records that nobody can be owed, a sentence each
    StoreCondition again(long owed, List<String> refused) {
        var told = new ArrayList<String>();
        if (owed > 0)
            told.add(owed + " messages that the database had lost were found in " + Segments.DIRECTORY
                    + " and wait again");
        told.addAll(refused);
        return new StoreCondition(expected, found, doubt, hurt, strays, told, kept);
    }

    /// Why a body cannot be read whole; empty if nothing is known against it.
    public Optional<String> hurt(long body) { return Optional.ofNullable(hurt.get(body)); }

    /// What an operator must know, a sentence each; none if all is well.
    public List<String> words() {
        var words = new ArrayList<String>();
        if (doubt)
            words.add(expected.map(this::shortfall).orElse(
                    "the file " + CountsFile.NAME
                            + " is missing or damaged, so nothing tells whether the database is as new "
                            + "as what was acknowledged"));
        words.addAll(again);
        kept.ifPresent(path -> words.add("what is not known to be settled is kept in " + path
                + "; remove that directory once you need nothing of it"));
        for (Path stray : strays)
            words.add(stray + " is no file of the store and was left as it is; remove it if nobody needs it");
        return words;
    }

    private String shortfall(Counts acknowledged) {
        long missing = acknowledged.transactions() - found.transactions();
        if (missing > 0)
            return "the database lacks the last " + missing + " of " + acknowledged.transactions()
                    + " transactions that were acknowledged: " + acknowledged.bodies() + " messages waited, "
                    + found.bodies()
                    + " are found; mail that was settled in them is sent again. Remedy: stop the engine "
                    + "and put back the sternpost.db and sternpost.db-wal of that moment, if you have them";
        return "rows were lost or altered: " + acknowledged.bodies() + " messages waited, " + found.bodies()
                + " are found";
    }
}
