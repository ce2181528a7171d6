package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A recording and the folder that a killed process left: calls that the kill cut may be done, others are.
class RecordedDiskTest {

    private static final String CUT = "= ?";
    private static final String CUT_TOO = "= -1 (errno 18446744073709551598)";

    private Path folder;
    private Path trace;
    private Path file;

    @BeforeEach
    void make(@TempDir Path directory) throws IOException {
        folder = Files.createDirectories(directory.toRealPath().resolve("data"));
        trace = directory.resolve("trace");
        file = folder.resolve("log");
    }

    private List<String> differences(String... calls) throws IOException {
        var text = new StringBuilder();
        for (String call : calls)
            text.append("10 1000.000000 ").append(call).append('\n');
        Files.writeString(trace, text);
        var disk = new RecordedDisk(folder, _ -> false);
        RecordedCalls.read(trace, folder).forEach(disk::on);
        return disk.differences(_ -> true);
    }

    private String opened() {
        return "openat(AT_FDCWD</>, \"%s\", O_RDWR|O_CREAT, 0644) = 7<%s>".formatted(file, file);
    }

    private String written(String octets, int at, String result) {
        return "pwrite64(7<%s>, \"%s\", %d, %d) %s".formatted(file, octets, octets.length(), at, result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abcd", "abcdefgh", "abcdef"})
    void aWriteThatTheKillCutMayBeDoneNotBeDoneOrInPart(String left) throws IOException {
        Files.writeString(file, left);
        for (String cut : List.of(CUT, CUT_TOO))
            assertEquals(List.of(), differences(opened(), written("abcd", 0, "= 4"), written("efgh", 4, cut)));
    }

    @ParameterizedTest
    @CsvSource({"abce, 3", "abcdefghi, 8", "abc, 3"})
    void whatItDidNotTouchIsAsRecorded(String left, int from) throws IOException {
        Files.writeString(file, left);
        assertEquals(List.of("log is not what was recorded, from octet " + from + " on"),
                differences(opened(), written("abcd", 0, "= 4"), written("efgh", 4, CUT)));
    }

    @ParameterizedTest
    @CsvSource({"abcd, ''", "abxd, 'log is not what was recorded, from octet 2 on'"})
    void aWriteThatCameBackIsDone(String left, String difference) throws IOException {
        Files.writeString(file, left);
        assertEquals(difference, String.join("", differences(opened(), written("abcd", 0, "= 4"))));
    }

    @Test
    void aWriteThatFailedIsNotDone() throws IOException {
        Files.writeString(file, "abcd");
        assertEquals(List.of("log is not what was recorded, from octet 0 on"),
                differences(opened(), written("abcd", 0, "= -1 ENOSPC (No space left on device)")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNameThatTheKillCutMayBeThere(boolean there) throws IOException {
        if (there) Files.createFile(file);
        assertEquals(List.of(), differences(opened().replaceFirst("= 7.*", CUT)));
        assertEquals(List.of(), differences(opened(), "unlink(\"%s\") %s".formatted(file, CUT)));
    }

    @Test
    void namesThatNobodyCutAreAsRecorded() throws IOException {
        assertEquals(List.of("log is not there"), differences(opened()));
        Files.createFile(file);
        assertEquals(List.of("log was not recorded"), differences());
        assertEquals(List.of("log was not recorded"), differences(opened(), "unlink(\"%s\") = 0".formatted(file)));
    }
}
