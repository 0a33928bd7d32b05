package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/hostile-peers.md to the sources: every row of its tables names tests, and every link of the form
 * {@code [Class#member](path)} leads to a source file that has the member.
 */
class HostilePeersTest {
    private static final Path DOCS = SourceTree.root().resolve("docs");
    private static final Path TABLES = DOCS.resolve("hostile-peers.md");
    private static final Pattern LINK = Pattern.compile("\\[[\\w.]+#(\\w+)]\\(([^)]+\\.java)\\)");
    private static final String TESTS = "/src/test/java/";

    private static List<String> rows() throws IOException {
        List<String> lines = Files.readAllLines(TABLES);
        List<String> rows = new ArrayList<>();
        for (int i = 2; i < lines.size(); i++) {
            boolean head = i + 1 < lines.size() && lines.get(i + 1).startsWith("|---");
            if (lines.get(i).startsWith("|") && !lines.get(i).startsWith("|---") && !head) {
                rows.add(lines.get(i));
            }
        }
        return rows;
    }

    @Test
    void everyRowNamesWhatHappenedABoundAndATest() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(20).allSatisfy(row -> {
            String[] cells = row.split("\\|", -1);
            assertThat(cells).as(row).hasSize(5);
            assertThat(cells[1]).isNotBlank();
            assertThat(cells[2]).isNotBlank();
            assertThat(cells[3]).contains(TESTS);
        });
    }

    @Test
    void everyLinkNamesWhatIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(TABLES));
        int links = 0;
        while (link.find()) {
            links++;
            if (!isThere(DOCS.resolve(link.group(2)), link.group(1))) {
                missing.add(link.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    /** In a test the member has to be a method that JUnit runs, elsewhere any name. */
    private static boolean isThere(Path source, String member) throws IOException {
        if (!Files.exists(source)) {
            return false;
        }
        String text = Files.readString(source);
        return source.toString().replace('\\', '/').contains(TESTS)
                ? Pattern.compile("@\\w*Test(Factory)?\\b[^;]*(void|>)\\s+" + member + "\\(")
                        .matcher(text)
                        .find()
                : Pattern.compile("\\b" + member + "\\b").matcher(text).find();
    }
}
