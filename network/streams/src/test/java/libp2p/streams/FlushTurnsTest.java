package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** A turn that is not closed is a promise that is not kept, so each is the resource of a try statement. */
class FlushTurnsTest {
    private static final Pattern TURN = Pattern.compile("beginTurn\\(\\)");
    private static final Pattern KEPT = Pattern.compile(
            "try \\(FlushTurn \\w+ = ([\\w.]|\\(\\))*beginTurn\\(\\)\\) \\{|FlushTurn beginTurn\\(\\) \\{");

    private static int count(Pattern pattern, String source) {
        int count = 0;
        for (Matcher found = pattern.matcher(source); found.find(); ) {
            count++;
        }
        return count;
    }

    @Test
    void everyTurnIsTheResourceOfATry() throws IOException {
        int turns = 0;
        for (Path root : List.of(SourceTree.module("streams"), SourceTree.module("muxers"))) {
            try (Stream<Path> files = Files.walk(root.resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file).replaceAll("(?m)^ *(/\\*\\*|\\*).*$", "");
                    turns += count(KEPT, source);
                    assertThat(count(KEPT, source)).as("%s", file).isEqualTo(count(TURN, source));
                }
            }
        }
        assertThat(turns).isGreaterThan(5);
    }
}
