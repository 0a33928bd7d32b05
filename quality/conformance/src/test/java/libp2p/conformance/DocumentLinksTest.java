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

/** The targets of the documents' links exist, and every row of what works is shown by a test or a command. */
class DocumentLinksTest {
    private static final Path ROOT = SourceTree.root();
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    @Test
    void everyLinkToAFileLeadsToOne() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : Documents.all()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                String target = link.group(1).replaceFirst("#.*", "");
                if (!target.isEmpty() && !target.contains("://")) {
                    links++;
                    if (!Files.exists(document.resolveSibling(target))) {
                        broken.add(ROOT.relativize(document) + " links to " + target);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    @Test
    void everyRowOfWhatWorksNamesATestOrACommand() throws IOException {
        List<String> rows = Files.readAllLines(ROOT.resolve("docs/features.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| what |"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(40).allSatisfy(row -> {
            String[] cells = row.split("(?<!\\\\)\\|", -1);
            assertThat(cells).as(row).hasSize(4);
            assertThat(cells[2])
                    .as(row)
                    .containsPattern("Test\\.java\\)|Stress\\.java\\)|`(\\./p2p|[a-z]+(/[a-z]+)*/run)");
        });
    }
}
