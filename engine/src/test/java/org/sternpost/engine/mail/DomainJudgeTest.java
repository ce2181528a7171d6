package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.real.Readers;

/// Names made by chance, encoded by us and by a second implementation (the `idna` package of Python).
class DomainJudgeTest {

    private static final int NAMES = 4_000;
    private static final long SEED = 20261127;

    /// Letters, marks, joiners, dots and signs, of editions of Unicode that both know.
    private static final List<String> LETTERS = List.of("abcxyz0189-", "äöüßẞÀÉſøłđœ", "αβγσςΣάΐᾳ", "бвгДЁѐѓ",
            "אבגדהוז", "ابتثجهىی", "०१कखग\u094d\u200c\u200d", "กขคงจ", "あいうカキク・ー", "漢字東京々〆〇", "한국어가나",
            "각", "·'՚׳״٠١۰۱", "①②㈱℀™♥☃—", "\u0301\u0308\u00ad\u200b\ufeff", "ＡＢｃ１。．｡");

    @TempDir
    Path directory;

    @Test
    void aSecondImplementationSaysTheSame() throws Exception {
        Readers.require();
        var random = new Random(SEED);
        var names = new ArrayList<String>();
        for (int i = 0; i < NAMES; i++)
            names.add(name(random));
        Path file = Files.writeString(directory.resolve("names"), String.join("\n", names) + "\n");
        List<String> others = Readers.run("names.py", List.of(file));
        assertEquals(names.size(), others.size());
        var wrong = new ArrayList<String>();
        int encoded = 0;
        for (int i = 0; i < NAMES; i++) {
            String ours = ours(names.get(i));
            if (!ours.equals("refused")) encoded++;
            if (!ours.equals(others.get(i)) && !known(names.get(i), ours, others.get(i)))
                wrong.add(names.get(i) + ": ours " + ours + ", theirs " + others.get(i));
        }
        System.out.println(
                "names: " + (NAMES - wrong.size()) + " of " + NAMES + ", " + encoded + " encoded, seed " + SEED);
        assertEquals(List.of(), wrong.stream().limit(20).toList());
    }

    /// Differences that have their reason.
    private static boolean known(String name, String ours, String theirs) {
        // UTS #46 of Unicode 15.1 made the capital sharp s a small one; before, it was two letters s.
        if (name.contains("ẞ")) return true;
        if (!ours.equals("refused")) return false;
        // We refuse a final dot in every name. RFC 5893 §2 speaks of all labels of a name, they look at each alone.
        return theirs.endsWith(".") || name.codePoints().anyMatch(
                c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                        || Character.getDirectionality(c) == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    }

    private static String ours(String name) {
        try {
            return Domain.of(name).ascii();
        } catch (IllegalArgumentException refused) {
            return "refused";
        }
    }

    private static String name(Random random) {
        var name = new StringBuilder();
        String script = LETTERS.get(random.nextInt(LETTERS.size()));
        for (int label = random.nextInt(2); label < 2; label++) {
            int letters = 1 + random.nextInt(6);
            for (int i = 0; i < letters; i++) {
                String from = random.nextInt(5) == 0 ? LETTERS.get(random.nextInt(LETTERS.size())) : script;
                name.append(from.charAt(random.nextInt(from.length())));
            }
            name.append(label == 0 ? "." : "");
        }
        return name.toString();
    }
}
