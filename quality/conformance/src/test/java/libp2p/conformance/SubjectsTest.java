package libp2p.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.testing.SourceTree;
import org.junit.jupiter.api.Test;

/** The subject of a sentence is a peer, a thread, a caller: a word that says who it is. */
class SubjectsTest {
    private static final Pattern WORD = Pattern.compile("\\b([Ss]ome|[Nn]o|[Ee]very)body\\b|\\b[Ww]hoever\\b");
    /** In a name of code, such as that of a test. */
    private static final Pattern IN_NAME = Pattern.compile(
            "\\b\\w*((Some|No|Every)body|Who(?:ever))\\w*|\\b((some|no|every)body|who(?:ever))[A-Z_]\\w*");

    private static final Set<String> NOT_OURS =
            Set.of("build", "target", "node_modules", ".git", "vectors", "__pycache__");
    private static final Set<String> SOURCES = Set.of(
            "java", "md", "xml", "py", "sh", "go", "rs", "ts", "js", "mjs", "kt", "json", "txt", "yml", "html", "css",
            "proto", "options", "");
    private static final int LARGEST = 1 << 20;
    private static final Path ROOT = SourceTree.root();

    @Test
    void proseAndCommentsNameTheirSubject() throws IOException {
        List<String> found = new ArrayList<>();
        assertThat(look(SOURCES, WORD, found)).isGreaterThan(2_000);
        assertThat(found).isEmpty();
    }

    /** Those that the page of hostile peers quotes are left. */
    @Test
    void namesNameTheirSubject() throws IOException {
        List<String> found = new ArrayList<>();
        assertThat(look(Set.of("java"), IN_NAME, found)).isGreaterThan(2_000);
        String quoting = Files.readString(ROOT.resolve("docs/hostile-peers.md"));
        found.removeIf(line -> {
            Matcher name = IN_NAME.matcher(line);
            return name.find() && quoting.contains("#" + name.group());
        });
        assertThat(found).isEmpty();
    }

    /** Lists the lines with such a word, and returns how many files were read. */
    private static int look(Set<String> endings, Pattern word, List<String> found) throws IOException {
        int[] read = new int[1];
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(folder.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                String ending = name.contains(".") ? name.substring(name.lastIndexOf('.') + 1) : "";
                if (attributes.isRegularFile() && attributes.size() < LARGEST && endings.contains(ending)) {
                    read[0]++;
                    look(file, word, found);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return read[0];
    }

    private static void look(Path file, Pattern word, List<String> found) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            return; // a program, no text
        }
        for (int i = 0; i < lines.size(); i++) {
            if (word.matcher(lines.get(i)).find()) {
                found.add(ROOT.relativize(file) + ":" + (i + 1) + ": "
                        + lines.get(i).strip());
            }
        }
    }
}
