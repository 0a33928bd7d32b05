package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The glossary links each term to a type in whose source a search finds the term, and to a method that it has. */
class GlossaryTest {
    private static final Path PAGE = SourceTree.root().resolve("docs/glossary.md");
    private static final Pattern ROW = Pattern.compile(
            "\\| (?<term>[^|]+) \\| [^|]+ \\| \\[(?<type>\\w+)(#(?<method>\\w+))?]\\((?<link>[^)]+)\\) \\|");

    private static List<String> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("|"))
                .skip(2) // the head and the line below it
                .toList();
    }

    @Test
    void everyTermIsFoundInTheProductionFileThatItLinks() throws IOException {
        assertThat(rows()).hasSizeBetween(20, 40).allSatisfy(row -> {
            Matcher cells = ROW.matcher(row);
            assertThat(cells.matches()).as("term, sentence, link: %s", row).isTrue();
            Path file = PAGE.resolveSibling(cells.group("link")).normalize();
            assertThat(file.toString()).contains("/src/main/java/").endsWith("/" + cells.group("type") + ".java");
            assertThat(file).isRegularFile();
            String source = Files.readString(file);
            String term = cells.group("term").toLowerCase(Locale.ROOT);
            assertThat(source.lines().map(line -> line.toLowerCase(Locale.ROOT)))
                    .as("a line of %s with '%s'", file.getFileName(), term)
                    .anyMatch(line -> line.contains(term));
            if (cells.group("method") != null) {
                assertThat(source).contains(" " + cells.group("method") + "(");
            }
        });
    }
}
